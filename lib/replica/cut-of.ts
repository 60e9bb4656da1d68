import { compareBytes, sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, PersonId } from '#lib/base/ids'
import { authorOf } from '#lib/replica/receive-run'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { Settling } from '#lib/replica/settle-channel'
import type { Head } from '#lib/sync/entry-source'
import type { Cut } from '#lib/workspace/operation'
import { MAX_CUTS } from '#lib/workspace/operation-format'

/** Whose standing is about to end: a person's, or that of one device. */
export type EndingStanding = { readonly person: PersonId } | { readonly device: DeviceId }

/**
 * What whoever ends somebody's standing says that they have of them (§5): the newest entry of each of their chains of
 * content that counts here, sorted by chain. Where these are too many, those go first on which somebody else has built:
 * they count without being named.
 */
export async function cutOf(core: ReplicaCore, settling: Settling, target: EndingStanding): Promise<readonly Cut[]> {
  const devices = core.membership.current()?.devices
  const isTarget = (head: Head): boolean => {
    const author = authorOf(core, head.channel, head.chain)
    if (!author || 'device' in target)
      return author !== undefined && 'device' in target && sameBytes(author.device, target.device)
    const person = devices?.get(toHex(author.device))?.person
    return person !== undefined && sameBytes(person, target.person)
  }
  const targets = core.heads.all().filter((head) => head.lane === 'content' && isTarget(head))
  const held = targets.flatMap(({ channel, chain }) => {
    const id = core.heads.judgedId(chain)
    return id ? [{ channel, cut: { chain, seq: core.heads.judged(chain), id } }] : []
  })
  const isOfTarget = new Set(targets.map(({ chain }) => toHex(chain)))
  const cuts: Cut[] = []
  for (const { channel, cut } of held) {
    const copy = held.length > MAX_CUTS ? await settling.loadPacked(channel) : undefined
    const isBuiltOn = [...(copy?.chains.values() ?? [])].some(
      ({ tag, named }) => !isOfTarget.has(toHex(tag)) && (named.get(toHex(cut.chain)) ?? 0) >= cut.seq,
    )
    if (!isBuiltOn) cuts.push(cut)
  }
  return cuts.slice(0, MAX_CUTS).sort((a, b) => compareBytes(a.chain, b.chain))
}
