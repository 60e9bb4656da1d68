/**
 * What an admitted person needs to read and write: sent back through the mailbox, boxed to the new device. Anybody who
 * knows the link could have put it there, so it counts only if the genesis inside hashes to the workspace that the link
 * names and commits to the first secret inside.
 */
import type { EntryId, EpochSecret, WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, ExchangeKey } from '#lib/crypto/crypto'
import { openLockbox, sealTo } from '#lib/crypto/lockbox'
import { bytesOf, decodeWith, encodeWith, listOf, record, sizedBytes } from '#lib/protocol/format'
import { openGenesis } from '#lib/workspace/genesis'
import type { DeviceKeys } from '#lib/workspace/keys'
import type { MailboxMessage } from '#lib/workspace/mailbox-message'
import type { Genesis, RelayPlace } from '#lib/workspace/operation'
import { encodeOperation, relaysFormat } from '#lib/workspace/operation-format'

/** What an admitter hands over. */
export interface AdmissionAnswer {
  readonly admit: EntryId
  readonly genesis: Genesis
  /** What `secretsOfAnswer` says: E_0 comes first, and with it T. */
  readonly epochSecrets: readonly EpochSecret[]
  readonly relays: readonly RelayPlace[]
}

/** `damaged-answer`: not for this device, or no answer at all. `wrong-workspace`: of another workspace than the link's. */
export type AnswerError = { readonly type: 'damaged-answer' } | { readonly type: 'wrong-workspace' }

/** 4 KiB of the 8 that a mailbox takes. */
export const MAX_SECRETS = 128
const MAX_GENESIS_BYTES = 1024

interface AnswerFields extends Omit<AdmissionAnswer, 'genesis'> {
  readonly genesisPayload: Uint8Array
}

const answerFormat = record<AnswerFields>({
  admit: bytesOf(32),
  genesisPayload: sizedBytes(MAX_GENESIS_BYTES),
  epochSecrets: listOf(bytesOf<EpochSecret>(32), MAX_SECRETS),
  relays: relaysFormat,
})

/** The message for the mailbox; only the newcomer's device opens it. */
export function sealAnswer(
  { genesis, ...answer }: AdmissionAnswer,
  newcomer: DeviceKeys,
  random: Random,
): MailboxMessage {
  const plain = encodeWith(answerFormat, { ...answer, genesisPayload: encodeOperation(genesis).payload })
  return { type: 'answer', device: newcomer.device, box: sealTo(newcomer.exchangeKey, plain, random.bytes(32)) }
}

/** What `sealAnswer` boxed for `key`, checked against the link's workspace. Safe on hostile bytes. */
export async function openAnswer(
  crypto: Crypto,
  box: Uint8Array,
  key: ExchangeKey,
  workspaceId: WorkspaceId,
): Promise<Result<AdmissionAnswer, AnswerError>> {
  const plain = await openLockbox(key, box)
  const fields = plain.ok ? decodeWith(answerFormat, plain.value) : plain
  if (!fields.ok) return err({ type: 'damaged-answer' })
  const { genesisPayload, ...answer } = fields.value
  const [firstSecret] = answer.epochSecrets
  if (!firstSecret) return err({ type: 'damaged-answer' })
  const genesis = await openGenesis(crypto, genesisPayload, workspaceId, firstSecret)
  return genesis.ok ? ok({ ...answer, genesis: genesis.value }) : genesis
}
