import type { Loss } from '#lib/convert/losses'

/** What came of a file that was brought in. */
export interface ImportReport {
  readonly id: string
  readonly fileName: string
  /** Pages that are there, of so many that were to be. */
  readonly pages: number
  readonly ofPages: number
  readonly losses: readonly Loss[]
}
