/** Finds the secrets of epochs that the log hands out to this device (docs/protocol.md K1–K3). */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { EntryId, EpochSecret } from '#lib/base/ids'
import type { ExchangeKey } from '#lib/crypto/crypto'
import { createEpochJoining } from '#lib/host/join-epochs'
import { epochCommitment, epochTag, epochTagOf } from '#lib/protocol/derive'
import type { Replica } from '#lib/replica/replica'
import { openEpochBox, unwrapEpochs } from '#lib/workspace/epoch'
import type { HandedOut } from '#lib/workspace/handed-out'
import type { EpochBoxes, Rotation } from '#lib/workspace/operation'

export interface EpochOpening {
  /** Brings into the key ring whatever can be opened, unwrapped or derived; whether that was anything new. */
  open(): Promise<boolean>
  /** Operations whose box for this device is no good. */
  refused(): readonly EntryId[]
}

/** Of epochs that the log does not know yet. */
const MAX_PROVISIONAL = 256

export function createEpochOpening(
  { keys, membership, waitingBoxes }: Pick<Replica, 'keys' | 'membership' | 'waitingBoxes'>,
  exchange: ExchangeKey,
): EpochOpening {
  const { workspaceId } = keys
  const refused = new Map<string, EntryId>()
  const unwrapped = new Set<string>()
  /** Of which nothing more can come. */
  const done = new Set<HandedOut>()
  /** Tags (hex) of secrets from boxes whose turn has not come: the log knows no such epoch yet. */
  const provisional = new Set<string>()
  const joining = createEpochJoining({ keys, membership })

  /** By tag: a secret is kept only for an epoch that the log knows, lest anybody fill the ring. */
  function knownEpochs(): ReadonlySet<string> {
    const state = membership.current()
    const [first] = state?.epochs ?? []
    return new Set([...(first ? [first.tag] : []), ...(state?.rotations.values() ?? [])].map(toHex))
  }

  async function openBox(boxes: EpochBoxes, commitment?: Uint8Array): Promise<EpochSecret | 'bad-box' | undefined> {
    const opened = await openEpochBox(workspaceId, boxes, exchange)
    if (!opened.ok) return opened.error.type === 'bad-box' ? 'bad-box' : undefined
    const isTrue = !commitment || sameBytes(epochCommitment(workspaceId, opened.value), commitment)
    return isTrue ? opened.value : 'bad-box'
  }

  async function openHanded({ operation, boxes, rotation }: HandedOut, known: ReadonlySet<string>): Promise<boolean> {
    const key = toHex(operation)
    let isNew = false
    for (const one of refused.has(key) ? [] : boxes) {
      if (keys.secretOf(one.epoch) || !known.has(toHex(one.epoch))) continue
      const secret = await openBox(one, rotation?.commitment)
      if (secret === 'bad-box') refused.set(key, operation)
      else if (secret) keys.add({ tag: one.epoch, secret })
      isNew ||= secret !== undefined && secret !== 'bad-box'
    }
    const secret = rotation && known.has(toHex(epochTagOf(rotation.commitment))) && secretOf(rotation)
    if (!secret || unwrapped.has(key)) return isNew
    unwrapped.add(key)
    for (const old of unwrapEpochs(workspaceId, secret, rotation)) {
      const tag = epochTag(workspaceId, old)
      if (keys.secretOf(tag) || !known.has(toHex(tag))) continue
      keys.add({ tag, secret: old })
      isNew = true
    }
    return isNew
  }

  const isDone = ({ operation, boxes, rotation }: HandedOut): boolean =>
    boxes.every(({ epoch }) => keys.secretOf(epoch)) && (!rotation || unwrapped.has(toHex(operation)))

  const secretOf = ({ commitment }: Rotation): EpochSecret | undefined => keys.secretOf(epochTagOf(commitment))

  /** A secret may stand above the very operation that begins its epoch: so it is used before the log knows of it. */
  async function openWaiting(): Promise<boolean> {
    let isNew = false
    for (const boxes of await waitingBoxes()) {
      const key = toHex(boxes.epoch)
      if (keys.secretOf(boxes.epoch) || provisional.size >= MAX_PROVISIONAL) continue
      const secret = await openBox(boxes)
      if (!secret || secret === 'bad-box') continue
      provisional.add(key)
      keys.addJoined({ tag: boxes.epoch, secret })
      isNew = true
    }
    return isNew
  }

  /** What was used before the log knew of it, and now does, is kept and handed on. */
  function settle(known: ReadonlySet<string>): boolean {
    let isNew = false
    for (const { tag, secret } of keys.all()) {
      if (!known.has(toHex(tag)) || !provisional.delete(toHex(tag))) continue
      keys.add({ tag, secret })
      isNew = true
    }
    return isNew
  }

  async function openAll(): Promise<boolean> {
    const known = knownEpochs()
    let isNew = settle(known)
    for (const handed of membership.handedOut()) {
      if (done.has(handed)) continue
      isNew = (await openHanded(handed, known)) || isNew
      if (isDone(handed)) done.add(handed)
    }
    return (await openWaiting()) || isNew
  }

  return {
    async open() {
      let isNew = false
      while (await openAll()) isNew = true
      return joining.join() || isNew
    },
    refused: () => [...refused.values()],
  }
}
