/** Finds the secrets of epochs that the log hands out to this device (docs/protocol.md K1–K3). */
import { compareBytes, sameBytes, toHex } from '#lib/base/bytes'
import type { EntryId, EpochSecret } from '#lib/base/ids'
import type { ExchangeKey } from '#lib/crypto/crypto'
import { epochCommitment, epochTag, epochTagOf } from '#lib/protocol/derive'
import type { Replica } from '#lib/replica/replica'
import { joinSecrets, openEpochBox, unwrapEpochs } from '#lib/workspace/epoch'
import type { HandedOut } from '#lib/workspace/handed-out'
import { joinedEpochs } from '#lib/workspace/joined-epochs'
import type { EpochBoxes } from '#lib/workspace/operation'

export interface EpochOpening {
  /** Brings into the key ring whatever can be opened, unwrapped or derived; whether that was anything new. */
  open(): Promise<boolean>
  /** Operations whose box for this device is no good. */
  refused(): readonly EntryId[]
}

export function createEpochOpening(
  { keys, membership, waitingBoxes }: Pick<Replica, 'keys' | 'membership' | 'waitingBoxes'>,
  exchange: ExchangeKey,
): EpochOpening {
  const { workspaceId } = keys
  const refused = new Map<string, EntryId>()
  const unwrapped = new Set<string>()
  /** Which rotations' secrets were held when joined epochs were last looked for. */
  let joinedFrom = ''

  function keep(secret: EpochSecret): boolean {
    const tag = epochTag(workspaceId, secret)
    if (keys.secretOf(tag)) return false
    keys.add({ tag, secret })
    return true
  }

  async function openBoxes(boxes: EpochBoxes, commitment?: Uint8Array): Promise<'new' | 'nothing' | 'bad-box'> {
    if (keys.secretOf(boxes.epoch)) return 'nothing'
    const opened = await openEpochBox(workspaceId, boxes, exchange)
    if (!opened.ok) return opened.error.type === 'bad-box' ? 'bad-box' : 'nothing'
    const isTrue = !commitment || sameBytes(epochCommitment(workspaceId, opened.value), commitment)
    if (!isTrue) return 'bad-box'
    return keep(opened.value) ? 'new' : 'nothing'
  }

  async function openHanded({ operation, boxes, rotation }: HandedOut): Promise<boolean> {
    const key = toHex(operation)
    let isNew = false
    for (const one of refused.has(key) ? [] : boxes) {
      const outcome = await openBoxes(one, rotation?.commitment)
      if (outcome === 'bad-box') refused.set(key, operation)
      isNew ||= outcome === 'new'
    }
    const secret = rotation && keys.secretOf(epochTagOf(rotation.commitment))
    if (!secret || unwrapped.has(key)) return isNew
    unwrapped.add(key)
    return unwrapEpochs(workspaceId, secret, rotation).filter(keep).length > 0 || isNew
  }

  async function openAll(): Promise<boolean> {
    let isNew = false
    for (const handed of membership.handedOut()) isNew = (await openHanded(handed)) || isNew
    for (const boxes of await waitingBoxes()) isNew = (await openBoxes(boxes)) === 'new' || isNew
    return isNew
  }

  /** K3: what follows from several secrets, for every set of rotations that somebody may have seen side by side. */
  function join(): boolean {
    const held = new Map<string, { readonly operation: EntryId; readonly commitment: Uint8Array }>()
    for (const { operation, rotation } of membership.handedOut()) {
      const isHeld = rotation && keys.secretOf(epochTagOf(rotation.commitment))
      if (isHeld) held.set(toHex(rotation.commitment), { operation, commitment: rotation.commitment })
    }
    const from = [...held.keys()].sort().join()
    if (from === joinedFrom) return false
    joinedFrom = from
    const rotations = [...held.values()].sort((a, b) => compareBytes(a.commitment, b.commitment))
    const isSeenBy = (a: number, b: number): boolean => {
      const [earlier, later] = [rotations[a], rotations[b]]
      return earlier !== undefined && later !== undefined && membership.covers([later.operation], [earlier.operation])
    }
    const commitments = rotations.map(({ commitment }) => commitment)
    const joined = joinedEpochs(workspaceId, commitments, (a, b) => !isSeenBy(a, b) && !isSeenBy(b, a))
    const added = joined.filter(({ tag }) => !keys.secretOf(tag))
    for (const { tag, commitments: parts } of added) {
      const secrets = parts.flatMap((part) => keys.secretOf(epochTagOf(part)) ?? [])
      keys.addJoined({ tag, secret: joinSecrets(workspaceId, secrets) })
    }
    return added.length > 0
  }

  return {
    async open() {
      let isNew = false
      while (await openAll()) isNew = true
      return join() || isNew
    },
    refused: () => [...refused.values()],
  }
}
