/** What this browser profile keeps of its person's recovery kit (V2), and which of its mailboxes is whose. */
import { sameBytes } from '#lib/base/bytes'
import type { WorkspaceId } from '#lib/base/ids'
import { readNote } from '#lib/host/note'
import { bytesOf, decodeWith, encodeWith, listOf, record, sizedBytes, sortedList, unsigned } from '#lib/protocol/format'
import { MAX_CARD_BYTES } from '#lib/protocol/mailbox-frames'
import type { ProfileStorage, WorkspaceStore } from '#lib/storage/storage'
import { type ExchangePublicKey, exchangeKeyFormat } from '#lib/workspace/keys'
import { KIT_SLOTS, type KitPublic, kitPublicFormat } from '#lib/workspace/kit'

export interface KitRecord {
  readonly kit: KitPublic
  readonly slots: readonly { readonly workspaceId: WorkspaceId; readonly slot: number }[]
  /** Slots that another browser of the person's put something into. */
  readonly taken: readonly number[]
}

/** The item of one workspace, as it lies in the kit's mailbox. */
export interface KeptItem {
  /** Of which kit. */
  readonly exchangeKey: ExchangePublicKey
  readonly slot: number
  readonly card: Uint8Array
  /** Public half of the slot's mailbox key, 32 bytes. */
  readonly mailboxKey: Uint8Array
  /** Of mailboxes where it lay in kits before: they are to stay empty. */
  readonly retired: readonly Uint8Array[]
}

const PROFILE_KEY = 'kit'
const WORKSPACE_KEY = 'kit-item'
/** Kits of one person that are remembered as retired. */
export const MOST_RETIRED = 32

const slotFormat = unsigned(KIT_SLOTS - 1)
const kitFormat = record<KitRecord>({
  kit: kitPublicFormat,
  slots: sortedList(
    record({ workspaceId: bytesOf<WorkspaceId>(32), slot: slotFormat }),
    KIT_SLOTS,
    (one) => one.workspaceId,
  ),
  taken: listOf(slotFormat, KIT_SLOTS),
})
const itemFormat = record<KeptItem>({
  exchangeKey: exchangeKeyFormat,
  slot: slotFormat,
  card: sizedBytes(MAX_CARD_BYTES),
  mailboxKey: bytesOf(32),
  retired: listOf(bytesOf(32), MOST_RETIRED),
})

const decodeKit = (bytes: Uint8Array | undefined): KitRecord | undefined => {
  const kit = bytes && decodeWith(kitFormat, bytes)
  return kit?.ok ? kit.value : undefined
}

export const readKit = (storage: ProfileStorage): Promise<KitRecord | undefined> =>
  readNote(storage, PROFILE_KEY, kitFormat)

/** Takes the place of an earlier kit. False where it cannot be written. */
export async function keepKit(storage: ProfileStorage, kit: KitRecord): Promise<boolean> {
  return (await storage.putRecord(PROFILE_KEY, encodeWith(kitFormat, kit))).ok
}

/** The slot of a workspace, the next free one the first time; undefined where none is left or nothing can be written. */
export async function takeKitSlot(storage: ProfileStorage, id: WorkspaceId): Promise<number | undefined> {
  let slot: number | undefined
  const written = await storage.updateRecord(PROFILE_KEY, (bytes) => {
    const present = decodeKit(bytes)
    slot = present?.slots.find(({ workspaceId }) => sameBytes(workspaceId, id))?.slot
    if (!present || slot !== undefined) return bytes
    const taken = new Set([...present.slots.map((one) => one.slot), ...present.taken])
    slot = Array.from({ length: KIT_SLOTS }, (_, n) => n).find((n) => !taken.has(n))
    if (slot === undefined) return bytes
    return encodeWith(kitFormat, { ...present, slots: [...present.slots, { workspaceId: id, slot }] })
  })
  return written.ok ? slot : undefined
}

/** Another room has the mailbox of this slot: it is passed over from now on. */
export async function noteTakenSlot(storage: ProfileStorage, slot: number): Promise<boolean> {
  const written = await storage.updateRecord(PROFILE_KEY, (bytes) => {
    const present = decodeKit(bytes)
    if (!present) return bytes
    const slots = present.slots.filter((one) => one.slot !== slot)
    return encodeWith(kitFormat, { ...present, slots, taken: [...present.taken.filter((one) => one !== slot), slot] })
  })
  return written.ok
}

export const readKeptItem = (store: WorkspaceStore): Promise<KeptItem | undefined> =>
  readNote(store, WORKSPACE_KEY, itemFormat)

export const keptItemRecord = (item: KeptItem): { key: string; value: Uint8Array } => ({
  key: WORKSPACE_KEY,
  value: encodeWith(itemFormat, item),
})
