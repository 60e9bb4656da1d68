/** How a workspace begins (docs/protocol.md M1): its id is the hash of what its owner's root signed. */
import { concat, sameBytes } from '#lib/base/bytes'
import type { EpochSecret, PersonId, Signature, WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { hash, tag } from '#lib/crypto/hash'
import { firstEpochBinding } from '#lib/protocol/derive'
import { entryKind } from '#lib/protocol/entry-kind'
import { encodeWith } from '#lib/protocol/format'
import { hasGoodKeys } from '#lib/workspace/good-keys'
import type { DeviceKeys, PaperKeys } from '#lib/workspace/keys'
import type { Genesis } from '#lib/workspace/operation'
import { decodeOperation, encodeOperation, genesisFormat } from '#lib/workspace/operation-format'

/** What the founder decides; the secrets behind the public keys stay with the caller. */
export interface GenesisPlan {
  readonly keys: DeviceKeys
  readonly paper: PaperKeys | undefined
  /** E_0. */
  readonly firstSecret: EpochSecret
  /** Since 1970. */
  readonly seconds: number
}

/** A genesis signed by `root`, the owner's identity in this workspace. */
export async function createGenesis(
  root: SigningKey,
  { keys, paper, firstSecret, seconds }: GenesisPlan,
  random: Random,
): Promise<{ readonly genesis: Genesis; readonly workspaceId: WorkspaceId }> {
  const r = random.bytes(32)
  const unsigned = {
    root: root.publicKey as PersonId,
    keys,
    paper,
    random: r,
    firstEpoch: firstEpochBinding(r, firstSecret),
    seconds,
  }
  const rootSignature = (await root.sign(genesisMessage(unsigned))) as Signature
  const genesis: Genesis = { type: 'genesis', ...unsigned, rootSignature }
  return { genesis, workspaceId: workspaceIdOf(genesis) }
}

/** A workspace's id: what its genesis says, hashed (M1). */
export const workspaceIdOf = (genesis: Genesis): WorkspaceId =>
  hash(tag('workspace'), encodeOperation(genesis).payload) as WorkspaceId

/** Whether the keys are admissible and the root signed them. */
export const isGenesisSigned = async (crypto: Crypto, genesis: Genesis): Promise<boolean> =>
  hasGoodKeys([genesis.root], genesis.keys, genesis.paper) &&
  crypto.verify(genesis.root, genesisMessage(genesis), genesis.rootSignature)

/**
 * The genesis in `payload`, if it is this workspace's and E_0 is its first secret: what a joiner checks before anything
 * else. `wrong-workspace` means that somebody answers for another workspace than the link names. Safe on hostile bytes.
 */
export async function openGenesis(
  crypto: Crypto,
  payload: Uint8Array,
  workspaceId: WorkspaceId,
  firstSecret: EpochSecret,
): Promise<Result<Genesis, { type: 'wrong-workspace' }>> {
  const genesis = decodeOperation(entryKind.genesis, payload)
  if (!genesis.ok || genesis.value.type !== 'genesis') return err({ type: 'wrong-workspace' })
  const { value } = genesis
  const isOurs =
    sameBytes(workspaceIdOf(value), workspaceId) &&
    sameBytes(value.firstEpoch, firstEpochBinding(value.random, firstSecret)) &&
    (await isGenesisSigned(crypto, value))
  return isOurs ? ok(value) : err({ type: 'wrong-workspace' })
}

const EMPTY_SIGNATURE = new Uint8Array(64) as Signature

/** What the founder's root signs; a signature in it is left out. */
export const genesisMessage = (genesis: Omit<Genesis, 'type' | 'rootSignature'>): Uint8Array =>
  concat(tag('genesis'), encodeWith(genesisFormat, { ...genesis, rootSignature: EMPTY_SIGNATURE }))
