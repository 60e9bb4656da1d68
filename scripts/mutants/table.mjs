// Small breaks of the rules of docs/protocol.md §4, §5, E7 and S1, each with the test that notices it. `find` stands exactly
// once in `file`; `title` is part of the title of the test. `npm run mutants` tries them.
import { mutantsOfContent } from './content-rule.mjs'
import { mutantsOfLateEdits } from './late-edits.mjs'
import { mutantsOfMembership } from './membership.mjs'
import { mutantsOfSegments } from './segments.mjs'
import { mutantsOfUndoneActs } from './undone-acts.mjs'

/** Every mutant, in the order of the protocol. */
export const mutants = [
  ...mutantsOfMembership,
  ...mutantsOfUndoneActs,
  ...mutantsOfLateEdits,
  ...mutantsOfContent,
  ...mutantsOfSegments,
].map(([rule, breaks, file, find, put, test, title]) => ({
  rule,
  breaks,
  file,
  find,
  put,
  test,
  title,
}))

/** The rules that need one: all of §4 and §5, their parts with a name of their own, the parts of E7, and S1. */
export function rulesWithMutants(protocol) {
  const section = (heading) => protocol.split(/^##+ /m).find((text) => text.startsWith(heading)) ?? ''
  const numbered = ['4. ', '5. ', '7. '].flatMap((heading) =>
    [...section(heading).matchAll(/^- \*\*([MW]\d+|S1)\*\*(?! ◇)/gm)].map(([, id]) => id),
  )
  const parts = [...section('4. ').matchAll(/^ {2}- \*([A-Z]\w+)\*/gm)].map(([, part]) => `M3 ${part}`)
  const content = [...section('The Yjs content rule').matchAll(/^- \*\*([^*]+?)\.?\*\*/gm)].map(
    ([, part]) => `E7 ${part}`,
  )
  return [...numbered, ...parts, ...content]
}
