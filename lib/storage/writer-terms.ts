import { type IDBPTransaction, unwrap } from 'idb'
import type { StoreName, WaxwingSchema } from '#lib/storage/database'

/**
 * Who writes entries of a workspace now (D5). Whoever begins to takes a term: a row with the next number, which stays. In
 * every commit the holder of the newest term puts the row of the next one and takes it back. Where somebody has begun since,
 * that row is there and the whole transaction fails. So a commit need not wait for anything that it reads.
 */
export type WriterTransaction = IDBPTransaction<WaxwingSchema, StoreName[], 'readwrite'>

/** Terms that stay on the disk: nobody sleeps through so many. */
const TERMS_KEPT = 4096
const DIGITS = 12

const termRow = (workspace: string, term: number) => ({
  workspace: `${workspace}/${String(term).padStart(DIGITS, '0')}`,
  taken: 0,
})

/** The rows of all terms; a workspace's pseudonym is the beginning of no other's. */
const termsOf = (workspace: string) => IDBKeyRange.bound(`${workspace}/`, `${workspace}0`, true, true)

/** The newest term that anybody has taken; 0 where nobody has. */
export async function newestTerm(transaction: WriterTransaction, workspace: string): Promise<number> {
  const cursor = await transaction.objectStore('counters').openKeyCursor(termsOf(workspace), 'prev')
  return cursor ? Number(cursor.key.slice(workspace.length + 1)) : 0
}

/** From this transaction on, if it succeeds, nobody with an older term commits anything. */
export async function takeTerm(transaction: WriterTransaction, workspace: string, term: number): Promise<void> {
  const counters = transaction.objectStore('counters')
  await counters.add(termRow(workspace, term))
  const old = termRow(workspace, Math.max(0, term - TERMS_KEPT)).workspace
  await counters.delete(IDBKeyRange.bound(`${workspace}/`, old))
}

/** Fails the transaction unless `term` is the newest still. */
export function holdTerm(transaction: WriterTransaction, workspace: string, term: number): void {
  const counters = unwrap(transaction).objectStore('counters')
  const next = termRow(workspace, term + 1)
  counters.add(next)
  counters.delete(next.workspace)
}

/** Forgets all terms but one that nobody has. */
export async function endTerms(transaction: WriterTransaction, workspace: string): Promise<void> {
  const next = (await newestTerm(transaction, workspace)) + 1
  const counters = transaction.objectStore('counters')
  await counters.delete(termsOf(workspace))
  await counters.add(termRow(workspace, next))
}
