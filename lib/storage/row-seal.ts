import { toHex, utf8 } from '#lib/base/bytes'
import type { StorageKey } from '#lib/crypto/crypto'
import { mac } from '#lib/crypto/kdf'

/**
 * Turns names into pseudonyms and values into boxes that open in their own place only: workspace, store and key are
 * bound, so that two records on a disk cannot be swapped unnoticed.
 */
export interface RowSeal {
  /** 32 hex digits that stand for `name` on the disk. */
  pseudonym(store: string, name: string): string
  seal(plain: Uint8Array, store: string, ...place: readonly (string | number)[]): Promise<Uint8Array>
  /** `undefined` when damaged, or sealed for another place. */
  open(sealed: Uint8Array, store: string, ...place: readonly (string | number)[]): Promise<Uint8Array | undefined>
}

/** `scope` is what all rows of this seal belong to; `nameKey` is 32 secret bytes. */
export function createRowSeal(storageKey: StorageKey, nameKey: Uint8Array, scope: string): RowSeal {
  const context = (store: string, place: readonly (string | number)[]) =>
    utf8(JSON.stringify(['waxwing', scope, store, ...place]))
  return {
    pseudonym: (store, name) => toHex(mac(nameKey, context(store, [name])).subarray(0, 16)),
    seal: (plain, store, ...place) => storageKey.seal(plain, context(store, place)),
    async open(sealed, store, ...place) {
      if (!(sealed instanceof Uint8Array)) return undefined
      const opened = await storageKey.open(sealed, context(store, place))
      return opened.ok ? opened.value : undefined
    },
  }
}
