import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, DeviceId } from '#lib/base/ids'
import { type Chain, type ForkProof, placeRun } from '#lib/log/chain'
import { findChain } from '#lib/log/find-chain'
import { openEntry, verifyEntry } from '#lib/log/seal-entry'
import type { EntryBody } from '#lib/protocol/entry-body'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { founderOf } from '#lib/replica/founder'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { Reception } from '#lib/sync/entry-source'

/** An entry that is signature-covered, next on its chain and opened as far as this device can. */
export interface PlacedEntry {
  readonly entry: SealedEntry
  /** `no-secret`: of an epoch that this device lacks; `opaque`: from a newer version (E1). */
  readonly content: EntryBody | 'no-secret' | 'opaque'
}

export type Intake =
  | {
      readonly type: 'placed'
      readonly author: { device: DeviceId; life: number }
      readonly entries: readonly PlacedEntry[]
    }
  | {
      readonly type: 'fork'
      readonly device: DeviceId
      readonly proof: ForkProof
      readonly run: readonly SealedEntry[]
    }
  | { readonly type: 'done'; readonly reception: Reception }

const done = (reception: Reception): Intake => ({ type: 'done', reception })
const bad = (reason: string): Intake => done({ type: 'bad', reason })

/**
 * The first half of the acceptance path (E8): chain known → covered by a signature (E9) → place on the chain (E2) →
 * open. Changes nothing.
 */
export async function takeInRun(core: ReplicaCore, run: readonly SealedEntry[]): Promise<Intake> {
  const [first] = run
  const last = run.at(-1)
  if (!first || !last?.signature) return bad('unsigned')
  const { channel, chain } = first.header
  const newest = core.heads.get(chain)
  if (newest && last.header.seq <= newest.seq && core.idAt(chain, last.header.seq)) {
    const held = core.idAt(chain, last.header.seq)
    if (held && sameBytes(held, last.id)) return done({ type: 'known' })
  }
  const author = authorOf(core, channel, chain) ?? founderOf(core, first)
  if (!author) return done({ type: 'waiting', missing: [] })
  if (!(await verifyEntry(core.crypto, author.device, last))) return bad('signature')

  await core.recallIds(chain, first.header.seq - 1, last.header.seq)
  const placed = placeRun(chainView(core, chain), run)
  if (placed.type === 'broken') return bad('broken-run')
  if (placed.type === 'known') return done({ type: 'known' })
  if (placed.type === 'gap') return done({ type: 'waiting', missing: [{ chain, from: placed.from }] })
  if (placed.type === 'fork') return { type: 'fork', device: author.device, proof: placed.proof, run }

  const entries: PlacedEntry[] = []
  for (const entry of placed.next) {
    const keys = core.keys.channelKeys(entry.header.epoch, channel)
    if (!keys) {
      entries.push({ entry, content: 'no-secret' })
      continue
    }
    const opened = openEntry(entry, keys)
    if (opened.ok) entries.push({ entry, content: opened.value })
    else if (opened.error.type === 'opaque') entries.push({ entry, content: 'opaque' })
    else return bad(opened.error.type)
  }
  return { type: 'placed', author, entries }
}

/** The device of a chain: known already, or found among the members' devices by its pseudonym (§3). */
export function authorOf(
  core: ReplicaCore,
  channel: ChannelTag,
  chain: ChainTag,
): { device: DeviceId; life: number } | undefined {
  const key = toHex(chain)
  const known = core.authors.get(key)
  if (known) return known
  const devices = [...(core.membership.current()?.devices.values() ?? [])].map((record) => record.device)
  const found = findChain(core.keys.tagKey, devices, channel, chain, (device) => core.newestLife(device, channel))
  if (found) core.authors.set(key, found)
  return found
}

const chainView = (core: ReplicaCore, chain: ChainTag): Chain => ({
  chain,
  newest: core.heads.get(chain)?.seq ?? 0,
  idAt: (seq) => core.idAt(chain, seq),
})
