import { mkdir } from 'node:fs/promises'
import type { Page } from '@playwright/test'

const FOLDER = 'docs/pictures'

/** With `SHOTS=1`, takes a picture for the documents when nothing moves any more; the caret is in it. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS !== '1') return
  await mkdir(FOLDER, { recursive: true })
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: 'disabled', caret: 'initial' })
}
