/** Epoch secrets in boxes and wraps (docs/protocol.md §6). */
import { compareBytes, concat, sameBytes, toHex, utf8 } from '#lib/base/bytes'
import type { EpochSecret, EpochTag, WorkspaceId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, ExchangeKey } from '#lib/crypto/crypto'
import { kdf } from '#lib/crypto/kdf'
import { type Lockboxes, openLockbox, sealToEach, sealToMany } from '#lib/crypto/lockbox'
import { boxOpen, boxSeal } from '#lib/crypto/secretbox'
import { epochCommitment, epochTag } from '#lib/protocol/derive'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import type { MembershipState } from '#lib/workspace/membership-state'
import type { EpochBoxes, Rotation } from '#lib/workspace/operation'
import { MAX_BOXES, MAX_EPOCHS } from '#lib/workspace/operation-format'

/** The secret for each of the recipients, as many as fit; whoever holds it builds the same boxes again (K1). */
export function boxEpoch(
  workspaceId: WorkspaceId,
  secret: EpochSecret,
  recipients: readonly ExchangePublicKey[],
): EpochBoxes {
  const lockboxes = sealToEach(recipients.slice(0, MAX_BOXES), secret, seedOfBoxes(workspaceId, secret))
  return { epoch: epochTag(workspaceId, secret), ...boxesFor(recipients, lockboxes) }
}

/** The same boxes for a whole workspace, without holding the thread up. */
export async function boxEpochForMany(
  crypto: Pick<Crypto, 'exchangeKey'>,
  workspaceId: WorkspaceId,
  secret: EpochSecret,
  recipients: readonly ExchangePublicKey[],
): Promise<EpochBoxes> {
  const lockboxes = await sealToMany(crypto, recipients.slice(0, MAX_BOXES), secret, seedOfBoxes(workspaceId, secret))
  return { epoch: epochTag(workspaceId, secret), ...boxesFor(recipients, lockboxes) }
}

const seedOfBoxes = (workspaceId: WorkspaceId, secret: EpochSecret): Uint8Array =>
  kdf(secret, workspaceId, utf8('boxes'))

const boxesFor = (recipients: readonly ExchangePublicKey[], { ephemeral, boxes }: Lockboxes) => ({
  ephemeralKey: ephemeral,
  boxes: boxes.flatMap((box, i) => (recipients[i] ? [{ recipient: recipients[i], box }] : [])),
})

/**
 * The secret in the box for `key`. `no-box`: there is none; `bad-box`: it does not open or holds another secret, which
 * every other recipient can prove with `badBoxes`. Safe on hostile boxes.
 */
export async function openEpochBox(
  workspaceId: WorkspaceId,
  { epoch, ephemeralKey, boxes }: EpochBoxes,
  key: ExchangeKey,
): Promise<Result<EpochSecret, { type: 'no-box' } | { type: 'bad-box' }>> {
  const own = boxes.find(({ recipient }) => sameBytes(recipient, key.publicKey))
  if (!own) return err({ type: 'no-box' })
  const secret = await openLockbox(key, concat(ephemeralKey, own.box))
  if (!secret.ok || secret.value.length !== 32) return err({ type: 'bad-box' })
  const value = secret.value as EpochSecret
  return sameBytes(epochTag(workspaceId, value), epoch) ? ok(value) : err({ type: 'bad-box' })
}

/** Recipients whose box is not what `secret` makes: what a rotator who locks somebody out leaves behind. */
export async function badBoxes(
  crypto: Pick<Crypto, 'exchangeKey'>,
  workspaceId: WorkspaceId,
  { ephemeralKey, boxes }: EpochBoxes,
  secret: EpochSecret,
): Promise<readonly ExchangePublicKey[]> {
  const recipients = boxes.map(({ recipient }) => recipient)
  const lockboxes = await sealToMany(crypto, recipients, secret, seedOfBoxes(workspaceId, secret))
  const good = boxesFor(recipients, lockboxes)
  const isGood = (i: number, box: Uint8Array): boolean =>
    sameBytes(good.ephemeralKey, ephemeralKey) && sameBytes(good.boxes[i]?.box ?? new Uint8Array(0), box)
  return boxes.flatMap(({ recipient, box }, i) => (isGood(i, box) ? [] : [recipient]))
}

/** The epoch of `next` for the recipients; holders of `next` also get the secrets it `follows`, unless it is a barrier. */
export function createRotation(
  workspaceId: WorkspaceId,
  next: EpochSecret,
  follows: readonly EpochSecret[],
  recipients: readonly ExchangePublicKey[],
): Rotation {
  const { ephemeralKey, boxes } = boxEpoch(workspaceId, next, recipients)
  const wraps = follows.slice(0, MAX_EPOCHS).map((secret) => {
    const epoch = epochTag(workspaceId, secret)
    return { epoch, box: boxSeal(secret, wrapKey(workspaceId, next, epoch)) }
  })
  return { commitment: epochCommitment(workspaceId, next), ephemeralKey, boxes, wraps }
}

/** The same for a whole workspace, without holding the thread up. */
export async function createRotationForMany(
  crypto: Pick<Crypto, 'exchangeKey'>,
  workspaceId: WorkspaceId,
  next: EpochSecret,
  follows: readonly EpochSecret[],
  recipients: readonly ExchangePublicKey[],
): Promise<Rotation> {
  const { ephemeralKey, boxes } = await boxEpochForMany(crypto, workspaceId, next, recipients)
  return { ...createRotation(workspaceId, next, follows, []), ephemeralKey, boxes }
}

/** The old secrets that a holder of `next` finds in its rotation; those that are not what they claim are left out. */
export const unwrapEpochs = (workspaceId: WorkspaceId, next: EpochSecret, { wraps }: Rotation): EpochSecret[] =>
  wraps.flatMap(({ epoch, box }) => {
    const secret = boxOpen(box, wrapKey(workspaceId, next, epoch)) as EpochSecret | undefined
    return secret && sameBytes(epochTag(workspaceId, secret), epoch) ? [secret] : []
  })

/** The secret in which one writes while several rotations stand side by side (K3). */
export function joinSecrets(workspaceId: WorkspaceId, secrets: readonly EpochSecret[]): EpochSecret {
  const commitmentOf = (secret: EpochSecret): Uint8Array => epochCommitment(workspaceId, secret)
  const ordered = secrets.toSorted((a, b) => compareBytes(commitmentOf(a), commitmentOf(b)))
  return kdf(concat(...ordered), workspaceId, utf8('join')) as EpochSecret
}

/** Everybody entitled to an epoch, each key once: the active devices of the members, and their recovery kits. */
export const recipientsOf = ({ members }: Pick<MembershipState, 'members'>): ExchangePublicKey[] => {
  const keys = [...members.values()].flatMap(({ devices, paper }) => [
    ...devices.map(({ exchangeKey }) => exchangeKey),
    ...(paper ? [paper.exchangeKey] : []),
  ])
  return [...new Map(keys.map((key) => [toHex(key), key])).values()]
}

const wrapKey = (workspaceId: WorkspaceId, next: EpochSecret, old: EpochTag): Uint8Array =>
  kdf(next, workspaceId, concat(utf8('wrap'), old))
