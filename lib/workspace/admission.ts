/** Letting somebody in who deposited a join record (docs/protocol.md I2): any member who may does it. */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, EpochSecret } from '#lib/base/ids'
import type { SigningKey } from '#lib/crypto/crypto'
import { roleOfDevice } from '#lib/workspace/authorize'
import { boxEpoch } from '#lib/workspace/epoch'
import type { DeviceKeys } from '#lib/workspace/keys'
import type { MembershipState } from '#lib/workspace/membership-state'
import type { Admit, JoinRecord } from '#lib/workspace/operation'
import { hasAtLeast } from '#lib/workspace/role'
import { signDoors } from '#lib/workspace/sign-doors'

/** Why a join is not answered by this device, each with its own sentence or none. */
export type AdmissionRefusal =
  | { readonly type: 'unknown-invite' }
  | { readonly type: 'revoked' }
  | { readonly type: 'used-up' }
  | { readonly type: 'suspended' }
  | { readonly type: 'expired' }
  | { readonly type: 'bad-proof' }
  | { readonly type: 'already-member' }
  /** A key of the record belongs to somebody in the log. */
  | { readonly type: 'key-in-use' }
  /** Another member has to: an editor, or an admin where the link or an earlier removal asks for one. */
  | { readonly type: 'not-allowed' }

/**
 * Why `admitter` does not let this joiner in, `undefined` to do so. The signatures are checked by `isJoinSigned`; the
 * clock is this device's (I5).
 */
export function refusalOfJoin(
  state: MembershipState,
  admitter: DeviceId,
  join: JoinRecord,
  nowSeconds: number,
): AdmissionRefusal | undefined {
  const invite = state.invites.get(toHex(join.invite))
  const person = toHex(join.root)
  if (!invite) return { type: 'unknown-invite' }
  if (!sameBytes(join.proofKey, invite.terms.proofKey)) return { type: 'bad-proof' }
  if (state.members.has(person)) return { type: 'already-member' }
  const wasHere = state.formerMembers.has(person)
  const mayReturn = invite.joined.some((one) => sameBytes(one, join.root))
  if (invite.state === 'revoked' || invite.state === 'suspended') return { type: invite.state }
  if (invite.state === 'used' && !mayReturn) return { type: 'used-up' }
  if (nowSeconds >= invite.terms.expiresAtSeconds) return { type: 'expired' }
  if (!wasHere && isAnyKeyInUse(state, [join.root, ...keysIn(join.keys)])) return { type: 'key-in-use' }
  const need = wasHere || invite.terms.needsApproval ? 'admin' : 'editor'
  return hasAtLeast(roleOfDevice(state, admitter), need) ? undefined : { type: 'not-allowed' }
}

/**
 * The operation that lets the joiner in: the record verbatim, a place at every relay's door signed by the admitter's
 * `relayKey`, and the secrets of the epoch in which one writes now (`secretsToHandOn`).
 */
export async function createAdmit(
  state: MembershipState,
  join: JoinRecord,
  relayKey: SigningKey,
  epochSecrets: readonly EpochSecret[],
): Promise<Admit> {
  const subjects = [join.keys.relayKey, ...(join.paper ? [join.paper.relayKey] : [])]
  const recipients = [join.keys.exchangeKey, ...(join.paper ? [join.paper.exchangeKey] : [])]
  const doors = await signDoors(
    state,
    subjects.map((key) => ({ key, level: 'member' })),
    relayKey,
  )
  const boxes = epochSecrets.map((secret) => boxEpoch(state.workspaceId, secret, recipients))
  return { type: 'admit', join, doors, boxes }
}

/** Whether one of these public keys is somebody's in the log: a device's, or a person's root. */
export function isAnyKeyInUse({ devices, members }: MembershipState, keys: readonly Uint8Array[]): boolean {
  const taken = new Set([...devices.values()].flatMap(keysIn).map(toHex))
  return keys.map(toHex).some((key) => taken.has(key) || members.has(key))
}

/** The three of a device. */
export const keysIn = ({ device, exchangeKey, relayKey }: DeviceKeys): readonly Uint8Array[] => [
  device,
  exchangeKey,
  relayKey,
]
