import { toHex } from '#lib/base/bytes'
import type { ForkProof } from '#lib/log/chain'
import { writeAll } from '#lib/protocol/byte-writer'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { entryToStored } from '#lib/replica/entry-record'
import type { ReplicaCore } from '#lib/replica/replica-core'

/**
 * Keeps the proof that one author wrote two entries at one place (E3): the rival run, as it came. Resolves to whether
 * it was news.
 */
export async function keepFork(core: ReplicaCore, proof: ForkProof, run: readonly SealedEntry[]): Promise<boolean> {
  const key = `fork/${toHex(proof.chain)}`
  const known = await core.store.record(key)
  if (!known.ok || known.value) return false
  const value = writeAll((writer) => writer.list(run, (entry) => writer.sized(entryToStored(entry).bytes)))
  await core.store.commit({ entries: [], records: [{ key, value }] })
  return true
}
