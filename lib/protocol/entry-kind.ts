/**
 * Numbers of entry kinds, one space for content and log. Content kinds are below 16; operations of the membership log
 * are from 16 on. Unknown log kinds from 128 make a client read-only (M5).
 */
export const entryKind = {
  update: 1,
  snapshot: 2,
  adopt: 3,
  acknowledge: 4,
  dispute: 5,
  merge: 6,
  genesis: 16,
  roleSet: 17,
  memberRemove: 18,
  memberLeave: 19,
  inviteCreate: 20,
  inviteRevoke: 21,
  admit: 22,
  deviceAdd: 23,
  deviceRevoke: 24,
  profileSet: 25,
  epochRotate: 26,
  keyShare: 27,
  workspaceRename: 28,
  relaySet: 29,
  policySet: 30,
  ownerTransfer: 31,
  forget: 32,
  rootRotate: 33,
  deviceName: 34,
} as const

/** Tail types that version 1 knows. Odd ones change the meaning of an entry, even ones may be left out. */
export const tailType = {
  /** varuint i ‖ varuint n: part i (from 1) of n of one payload (E10). */
  part: 1,
  /** The channel's name, in the first entry of every life. */
  channelName: 3,
  /** What members are told beside an invitation (I8). */
  inviteNote: 2,
  /** What of its author's stands anew, since it was set aside (E3). */
  anew: 4,
} as const

/** Whether version 1 gives this number a meaning. */
export const isKnownKind = (kind: number): boolean => Object.values<number>(entryKind).includes(kind)
