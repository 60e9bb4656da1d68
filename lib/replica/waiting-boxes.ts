import { entryKind } from '#lib/protocol/entry-kind'
import { readRow } from '#lib/replica/read-row'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { EpochBoxes } from '#lib/workspace/operation'
import { decodeOperation } from '#lib/workspace/operation-format'

const BATCH = 256

/**
 * What key.shares hold that cannot be judged yet (K2): what they build on may be sealed under the very secrets that they
 * bring. A secret proves itself by its epoch's name, so it matters little who sent it.
 */
export async function readWaitingBoxes(core: ReplicaCore): Promise<readonly EpochBoxes[]> {
  const found: EpochBoxes[] = []
  for (const { chain } of core.heads.unjudged(core.logChannel)) {
    for (let from = core.heads.judged(chain) + 1; ; ) {
      const rows = await core.store.readChain(chain, from, BATCH)
      if (!rows.ok || rows.value.length === 0) break
      for (const row of rows.value) {
        const body = readRow(core, row)
        if (body?.kind !== entryKind.keyShare) continue
        const operation = decodeOperation(entryKind.keyShare, body.payload)
        if (operation.ok && operation.value.type === 'key.share') found.push(...operation.value.boxes)
      }
      from = (rows.value.at(-1)?.seq ?? from) + 1
    }
  }
  return found
}
