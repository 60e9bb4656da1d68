/**
 * What somebody with a link asks for (docs/protocol.md I2). The new device, the new person's root and the link's proof
 * key sign the same bytes, which hold every key: a captured record is of no use with other keys or elsewhere.
 */
import { concat } from '#lib/base/bytes'
import type { EntryId, PersonId, Signature, WorkspaceId } from '#lib/base/ids'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { tag } from '#lib/crypto/hash'
import type { RelayKey } from '#lib/protocol/door'
import { encodeWith } from '#lib/protocol/format'
import { hasGoodKeys } from '#lib/workspace/good-keys'
import type { DeviceKeys, ExchangePublicKey, PaperKeys } from '#lib/workspace/keys'
import type { JoinRecord } from '#lib/workspace/operation'
import { joinFormat } from '#lib/workspace/operation-format'

/** What the joiner decides. */
export interface JoinPlan {
  readonly workspaceId: WorkspaceId
  readonly invite: EntryId
  readonly name: string
  readonly exchangeKey: ExchangePublicKey
  readonly relayKey: RelayKey
  readonly paper: PaperKeys | undefined
}

/** A record for the mailbox; `proofKey` is the link's (see `linkKeys`). */
export async function createJoin(
  plan: JoinPlan,
  { root, device, proofKey }: { root: SigningKey; device: SigningKey; proofKey: SigningKey },
): Promise<JoinRecord> {
  const keys: DeviceKeys = {
    device: device.publicKey as DeviceKeys['device'],
    exchangeKey: plan.exchangeKey,
    relayKey: plan.relayKey,
  }
  const { invite, paper, name } = plan
  const unsigned = { invite, proofKey: proofKey.publicKey, root: root.publicKey as PersonId, keys, paper, name }
  const message = joinMessage(unsigned, plan.workspaceId)
  const [proof, deviceSignature, rootSignature] = await Promise.all(
    [proofKey, device, root].map(async (key) => (await key.sign(message)) as Signature),
  )
  if (!proof || !deviceSignature || !rootSignature) throw new Error('A signature is missing')
  return { ...unsigned, proof, deviceSignature, rootSignature }
}

/**
 * Whether all keys are admissible and all three signatures good. Whether the link exists, has this proof key and may be
 * used is the resolver's business.
 */
export async function isJoinSigned(crypto: Crypto, workspaceId: WorkspaceId, join: JoinRecord): Promise<boolean> {
  if (!hasGoodKeys([join.root, join.proofKey], join.keys, join.paper)) return false
  const message = joinMessage(join, workspaceId)
  const verdicts = await Promise.all([
    crypto.verify(join.proofKey, message, join.proof),
    crypto.verify(join.keys.device, message, join.deviceSignature),
    crypto.verify(join.root, message, join.rootSignature),
  ])
  return verdicts.every((isGood) => isGood)
}

type UnsignedJoin = Omit<JoinRecord, 'proof' | 'deviceSignature' | 'rootSignature'>
const EMPTY_SIGNATURE = new Uint8Array(64) as Signature

/** What a join record's three keys sign; signatures in it are left out. */
export function joinMessage(join: UnsignedJoin, workspaceId: WorkspaceId): Uint8Array {
  const unsigned = { ...join, proof: EMPTY_SIGNATURE, deviceSignature: EMPTY_SIGNATURE, rootSignature: EMPTY_SIGNATURE }
  return concat(tag('join'), workspaceId, encodeWith(joinFormat, unsigned))
}
