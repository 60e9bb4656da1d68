// Mutants of docs/protocol.md M4: what is told, and what can be done again; see table.mjs.

const owners = 'lib/workspace/owner-transfer.test.ts'
const undone = 'lib/workspace/undone-acts.test.ts'
const overreach = 'lib/host/overreach-watch.test.ts'

/** Each: rule, what it breaks, file, text, its replacement, test file, part of its title. */
export const mutantsOfUndoneActs = [
  [
    'M4',
    'what was cancelled cannot be done again',
    'lib/workspace/undone-acts.ts',
    "voided.get(id) === 'cancelled'",
    "voided.get(id) === 'no-effect'",
    undone,
    'knows what was undone',
  ],
  [
    'M4',
    'what nobody could ever do is offered to be done again',
    'lib/workspace/undone-acts.ts',
    "voided.get(id) === 'cancelled'",
    'voided.has(id)',
    undone,
    'could never do',
  ],
  [
    'M4',
    'a later decision does not end the offer',
    'lib/workspace/undone-acts.ts',
    'isBefore(last, other)',
    'false',
    undone,
    'once somebody who has seen it decides',
  ],
  [
    'M4',
    'a decision that did not know of it ends the offer',
    'lib/workspace/undone-acts.ts',
    'isBefore(last, other)',
    'last !== other',
    undone,
    'knows what was undone',
  ],
  [
    'M4',
    'all that was back-dated is offered',
    'lib/workspace/undone-acts.ts',
    'subjectOf(node)}`',
    'node.id}`',
    undone,
    'however many were back-dated',
  ],
  [
    'M4',
    'nobody is told of a transfer that does not count',
    'lib/workspace/facts-of-log.ts',
    "reason === 'contested' && isUnanswered",
    "reason === 'no-effect' && isUnanswered",
    owners,
    'two transfers know nothing of each other',
  ],
  [
    'M4',
    'nobody is told who removes somebody they may not',
    'lib/host/overreach-watch.ts',
    "'member.remove') return false",
    "'member.remove' || toHex(device)) return false",
    overreach,
    'finds both of two admins',
  ],
  [
    'M4',
    'who kept to what they had seen is told of',
    'lib/host/overreach-watch.ts',
    'return !mayManage(',
    'return true || !mayManage(',
    overreach,
    'a right that a conflict took away',
  ],
]
