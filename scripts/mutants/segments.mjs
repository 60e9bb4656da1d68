// Mutants of who acknowledges a segment, docs/protocol.md S1; see table.mjs.

const test = 'lib/replica/acknowledge.test.ts'
const lies = 'lib/replica/compare-segment.test.ts'
const people = 'lib/replica/acknowledged-segments.ts'

/** Each: rule, what it breaks, file, text, its replacement, test file, part of its title. */
export const mutantsOfSegments = [
  [
    'S1',
    'its author’s person counts',
    people,
    'if (person && !sameBytes(person, author) && ',
    'if (person && ',
    test,
    'never its author’s person',
  ],
  [
    'S1',
    'removed people count',
    people,
    ' && state?.members.has(toHex(person))) people.add',
    ') people.add',
    test,
    'counts once, while a member',
  ],
  [
    'S1',
    'each device counts',
    people,
    'people.add(toHex(person))',
    'people.add(device)',
    test,
    'at how many devices so ever',
  ],
  ['S1', 'one is enough', people, 'const ENOUGH = 2', 'const ENOUGH = 1', test, 'two others than its author'],
  [
    'S1',
    'it speaks for what its author took in',
    'lib/replica/write-entry.ts',
    ' || request.kind === entryKind.acknowledge',
    '',
    test,
    'endorses nobody',
  ],
  [
    'S1',
    'a header of other entries',
    'lib/replica/segment-check.ts',
    '!isHeader || ',
    '',
    lies,
    'is acknowledged by nobody',
  ],
  [
    'S1',
    'whatever is not its fold is acknowledged',
    'lib/replica/compare-segment.ts',
    "return truth === 'true' ? 'same' : ",
    "return truth !== 'unsure' ? 'same' : ",
    lies,
    'is acknowledged by nobody',
  ],
  [
    'S1',
    'it is acknowledged although enough others did',
    'lib/replica/acknowledge-segments.ts',
    'if (acknowledged.has(segment.chain, segment) || ',
    'if (',
    test,
    'two others than its author',
  ],
  [
    'S1',
    'a checkpoint passes over it',
    'lib/replica/replica-heads.ts',
    'if (await saveAcknowledgements(core)) ',
    '',
    test,
    'known after a restart',
  ],
]
