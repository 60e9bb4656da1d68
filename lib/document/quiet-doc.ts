import * as Y from 'yjs'
import { err, ok, type Result } from '#lib/base/result'

/** The origin of transactions that bring in entries; whatever else changes a document is a person's edit or a fault. */
export const ENTRY_ORIGIN = 'entry'

/** Why a document no longer shows exactly its entries: it is rebuilt from them (E11). */
export type ApplyError =
  /** Structs or deletions wait for something, which E7 rules out. */
  | { readonly type: 'pending' }
  /** Yjs or an observer threw in the middle. */
  | { readonly type: 'threw'; readonly message: string }

/** Yjs names documents by a random text that only subdocuments need; drawing it costs more than opening a short page. */
const NO_GUID = ''

const UPDATES = 'updates'

interface QuietTransaction extends Y.Transaction {
  _needFormattingCleanup: boolean
}

/**
 * A document that shows exactly the entries applied to it (E11): Yjs' own clean-up of formats, which differs with the
 * order of delivery, is off. `collect` false keeps deleted content, for history.
 */
export function createQuietDoc(options: { readonly collect?: boolean } = {}): Y.Doc {
  const doc = new Y.Doc({ gc: options.collect ?? true, guid: NO_GUID })
  doc.on('afterTransaction', (transaction: Y.Transaction) => {
    ;(transaction as QuietTransaction)._needFormattingCleanup = false
  })
  return doc
}

const hasPending = (doc: Y.Doc): boolean => doc.store.pendingStructs !== null || doc.store.pendingDs !== null

function guarded(doc: Y.Doc, apply: () => void): Result<void, ApplyError> {
  const client = doc.clientID
  try {
    apply()
  } catch (error) {
    return err({ type: 'threw', message: error instanceof Error ? error.message : String(error) })
  } finally {
    doc.clientID = client
  }
  return hasPending(doc) ? err({ type: 'pending' }) : ok(undefined)
}

/**
 * Applies updates (V1) that passed E7, in one transaction, and keeps `doc.clientID`, which Yjs replaces. After an error
 * the document must be rebuilt.
 */
export function applyAccepted(doc: Y.Doc, ...updates: readonly Uint8Array[]): Result<void, ApplyError> {
  return guarded(doc, () => {
    doc.transact((transaction) => {
      transaction.meta.set(UPDATES, updates)
      for (const update of updates) Y.applyUpdate(doc, update, ENTRY_ORIGIN)
    }, ENTRY_ORIGIN)
  })
}

/** The updates (V1) that a transaction brought in by {@link applyAccepted}; none for a state. */
export const updatesOf = (transaction: Y.Transaction): readonly Uint8Array[] => transaction.meta.get(UPDATES) ?? []

/** The same for states (V2). */
export function applyAcceptedV2(doc: Y.Doc, ...updates: readonly Uint8Array[]): Result<void, ApplyError> {
  return guarded(doc, () => {
    doc.transact(() => {
      for (const update of updates) Y.applyUpdateV2(doc, update, ENTRY_ORIGIN)
    }, ENTRY_ORIGIN)
  })
}
