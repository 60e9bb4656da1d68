import * as Y from 'yjs'

const FROM_OTHERS = 'from others'
const KEPT = 'kept'

function openDisk(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('kept')
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore('heads')
      opening.result.createObjectStore('updates', { autoIncrement: true })
    }
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
  })
}

/** What a client must do at least that keeps an edit before it sends it: one strict commit that compares a head. */
function commit(disk: IDBDatabase, update: Uint8Array, expected: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = disk.transaction(['heads', 'updates'], 'readwrite', { durability: 'strict' })
    const heads = transaction.objectStore('heads')
    const head = heads.get('own')
    head.onsuccess = () => {
      if ((head.result ?? 0) !== expected) return transaction.abort()
      heads.put(expected + 1, 'own')
      transaction.objectStore('updates').add(update)
      transaction.commit()
    }
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error('the head has moved'))
  })
}

/** The document that may be sent: it follows `doc` once the disk has what was written there; `doc` follows it at once. */
export function keepUpdates(doc: Y.Doc): Y.Doc {
  const sent = new Y.Doc()
  const disk = openDisk()
  let count = 0
  let atWork = Promise.resolve()
  const keep = (update: Uint8Array, then: () => void): void => {
    const before = atWork
    const kept = async (): Promise<void> => {
      const open = await disk
      await before
      await commit(open, update, count++)
      then()
    }
    atWork = kept()
  }
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== FROM_OTHERS) keep(update, () => Y.applyUpdate(sent, update, KEPT))
  })
  sent.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === KEPT) return
    Y.applyUpdate(doc, update, FROM_OTHERS)
    keep(update, () => {})
  })
  return sent
}
