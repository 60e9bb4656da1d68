/** The part of y-indexeddb that the peer's page uses: types are checked where the peers are not installed, too. */
declare module 'y-indexeddb' {
  import type { Doc } from 'yjs'

  export class IndexeddbPersistence {
    constructor(name: string, doc: Doc)
    readonly whenSynced: Promise<unknown>
    destroy(): Promise<void>
  }
}
