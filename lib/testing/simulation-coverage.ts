/**
 * What has to occur somewhere in the simulated histories, as it is counted while they are lived through. Whatever is
 * missing was not tried.
 */
export const BEHAVIOURS: readonly string[] = [
  // roads
  'delay',
  'loss',
  'overtaking',
  'duplication',
  'cut',
  'silence',
  'partition',
  // a relay that cheats
  'relay drops',
  'relay delays',
  'relay rolls back',
  'relay forks',
  'relay swaps channels',
  'relay truncates',
  'relay alters',
  'relay replays',
  'blame bad-entry',
  // devices
  'killed',
  'restart',
  'power cut before-commit',
  'power cut after-commit',
  'a disk loses commits',
  'disk full',
  'append storage-full',
  'copied profile',
  'restored backup',
  'refusal copied-profile',
  // what entries come to
  'held',
  'refusal fork',
  'refusal held-back',
  'held back',
  'rebuilt',
  'a new life',
  'folded',
  'refusal void',
  'append too-early',
  // people
  'profile.set',
  'workspace.rename',
  'invite.create',
  'invite.revoke',
  'admit',
  'role.set',
  'operation not-allowed',
  // who comes, goes and rules
  'set role',
  'member.remove',
  'return',
  'member.leave',
  'owner.transfer',
  'device.add',
  'device.revoke',
  'epoch.rotate',
  'late',
  'adopt',
  'append not-allowed',
  // a member with other software
  'a reader writes',
  'a void entry',
  'a forked chain',
]
