import { writtenAs } from '#lib/document/remark-mentions'
import { isQuery } from '#lib/editor/question'
import { type Mention, mentionName } from '#lib/schema/mention-node'

/** A remark while it is written: plain text, and which of its names were chosen. */
export interface CommentDraft {
  readonly text: string
  /** In the order of the text; none touches another. */
  readonly chosen: readonly ChosenName[]
}

export interface ChosenName {
  /** Offset of its sign. */
  readonly from: number
  readonly mention: Mention
}

/** A name that reads the same once it was stored. */
const onOneLine = (mention: Mention): Mention => ({ ...mention, name: mentionName(mention.name) })

const endOf = ({ from, mention }: ChosenName): number => from + writtenAs(mention).length

/** A draft of what was said before, in pieces; each mention with the name that it is to be read with. */
export function draftOf(pieces: readonly (string | Mention)[]): CommentDraft {
  let text = ''
  const chosen: ChosenName[] = []
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      text += piece
      continue
    }
    const mention = onOneLine(piece)
    chosen.push({ from: text.length, mention })
    text += writtenAs(mention)
  }
  return { text, chosen }
}

/** The draft after somebody changed its text: a name that was written into is no mention any more. */
export function changeDraft({ text: before, chosen }: CommentDraft, text: string): CommentDraft {
  let head = 0
  while (head < before.length && head < text.length && before[head] === text[head]) head++
  let tail = 0
  const most = Math.min(before.length, text.length) - head
  while (tail < most && before.at(-1 - tail) === text.at(-1 - tail)) tail++
  const shift = text.length - before.length
  return {
    text,
    chosen: chosen.flatMap((one) => {
      if (endOf(one) <= head) return [one]
      return one.from >= before.length - tail ? [{ ...one, from: one.from + shift }] : []
    }),
  }
}

/** Letters behind an at sign, which ask for somebody. */
export interface AskedName {
  /** Offset of the sign. */
  readonly from: number
  readonly query: string
}

/** What the at sign before the caret asks for; nothing where its name was chosen already. */
export function askedName({ text, chosen }: CommentDraft, caret: number): AskedName | undefined {
  const from = text.slice(0, caret).lastIndexOf('@')
  if (from < 0 || chosen.some((one) => one.from === from)) return undefined
  const query = text.slice(from + 1, caret)
  return isQuery('@', text.slice(Math.max(0, from - 1), from), query) ? { from, query } : undefined
}

/** Puts a mention in place of what was asked, a space behind it; the caret is to stand behind that. */
export function chooseName(
  draft: CommentDraft,
  { from, query }: AskedName,
  asked: Mention,
): { readonly draft: CommentDraft; readonly caret: number } {
  const rest = draft.text.slice(from + 1 + query.length)
  const mention = onOneLine(asked)
  const written = writtenAs(mention)
  const text = `${draft.text.slice(0, from)}${written}${/^\s/.test(rest) ? '' : ' '}${rest}`
  const shift = text.length - draft.text.length
  const chosen = draft.chosen.map((one) => (one.from < from ? one : { ...one, from: one.from + shift }))
  const at = chosen.filter((one) => one.from < from).length
  return {
    draft: { text, chosen: chosen.toSpliced(at, 0, { from, mention }) },
    caret: from + written.length + 1,
  }
}

/** Whom the draft mentions, in the order of its text. */
export const mentionedIn = ({ chosen }: CommentDraft): readonly Mention[] => chosen.map(({ mention }) => mention)
