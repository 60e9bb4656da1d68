// Mutants of docs/protocol.md §5; see table.mjs.

const late = 'lib/replica/late-edits.test.ts'

/** Each: rule, what it breaks, file, text, its replacement, test file, part of its title. */
export const mutantsOfLateEdits = [
  [
    'W1',
    'nothing that the remover had counts',
    'lib/replica/reckon-ends.ts',
    'for (const cut of cuts) await raise(key, cut)',
    '',
    late,
    'counts what the remover had',
  ],
  [
    'W1',
    'nothing is held back',
    'lib/replica/reckon-ends.ts',
    'if (!ends) continue',
    'continue',
    late,
    'turns out to be gone',
  ],
  [
    'W1',
    'whoever may only read speaks for edits',
    'lib/replica/judge-structure.ts',
    'const endorses = mayAppend(state, chain.device, channelType, entryKind.update)',
    'const endorses = true',
    late,
    'takes no word for a back-dated edit',
  ],
  [
    'W2',
    'an adopt keeps nothing',
    'lib/replica/judge-structure.ts',
    'return { ...sound, adopts: past }',
    'return { ...sound, adopts: [] }',
    late,
    'W2',
  ],
  [
    'W2',
    'what stands under unsent edits is written anew with them',
    'lib/replica/own-writing.ts',
    'await heldBackUnder(core, copy.tag, missingUnder(updates, copy.index))',
    '{ keeps: [] }',
    'lib/session/regained-right.test.ts',
    'stands once, also where a teammate keeps it at the same time',
  ],
  [
    'W3',
    'only a removal holds back',
    'lib/workspace/ended-standing.ts',
    '!hasAtLeast(end.role, leastRoleIn(channel))',
    'end.role === undefined',
    late,
    'W3',
  ],
  [
    'W4',
    'what was shown stays',
    'lib/replica/reckon-ends.ts',
    'return [...limited].some(([key, { judged }]) => judged > (limits.get(key) ?? 0))',
    'return false',
    late,
    'W4',
  ],
  [
    'W5',
    'a life goes on across an end',
    'lib/replica/judge-structure.ts',
    "channelType !== 'log' && crossesEnd(chain, state, channelType, membership)",
    'false',
    'lib/replica/hostile-entries.test.ts',
    'goes on in a life',
  ],
]
