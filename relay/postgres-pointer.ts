/** Pointers between nodes as the text of a notification; no longer than PostgreSQL's 8,000 bytes by far. */
import { fromHex, toHex } from '#lib/base/bytes'
import type { RoomName } from '#lib/protocol/door'
import type { StoreNews } from '#relay/store-news'

export type Pointer =
  | Exclude<StoreNews, { type: 'missed' }>
  /** Messages that are in their table for a while. */
  | { readonly type: 'messages'; readonly batch: number }
  /** A node says that it is there. */
  | { readonly type: 'here' }

/** Each pointer once; of blobs in a room the last, which stands for all before it. */
export function pointerTexts(pointers: readonly Pointer[]): readonly string[] {
  const texts = new Map<string, string>()
  for (const pointer of pointers) {
    const fields = fieldsOf(pointer)
    const about = pointer.type === 'blobs' ? fields.slice(0, 1) : fields
    texts.set([pointer.type, ...about].join(' '), [pointer.type, ...fields].join(' '))
  }
  return [...texts.values()]
}

function fieldsOf(pointer: Pointer): readonly (string | number)[] {
  switch (pointer.type) {
    case 'blobs':
      return [toHex(pointer.room), pointer.end]
    case 'door':
    case 'dropped':
      return [toHex(pointer.room)]
    case 'receipt':
      return [toHex(pointer.room), toHex(pointer.key)]
    case 'deposit':
    case 'answer':
      return [toHex(pointer.mailbox), pointer.number]
    case 'messages':
      return [pointer.batch]
    case 'here':
      return []
  }
}

/** Undefined for what a node of another version says, or anybody else who may write to the database. */
export function readPointer(text: string): Pointer | undefined {
  const [type, first = '', second = ''] = text.split(' ')
  if (type === 'here') return { type }
  const number = Number(type === 'messages' ? first : second)
  if (type === 'messages') return Number.isSafeInteger(number) ? { type, batch: number } : undefined
  const [name, key] = [fromHex(first), fromHex(second)]
  if (name?.length !== 32) return undefined
  if (type === 'door' || type === 'dropped') return { type, room: name as RoomName }
  if (type === 'receipt') return key?.length === 32 ? { type, room: name as RoomName, key } : undefined
  if (!Number.isSafeInteger(number) || number < 0) return undefined
  if (type === 'blobs') return { type, room: name as RoomName, end: number }
  return type === 'deposit' || type === 'answer' ? { type, mailbox: name, number } : undefined
}
