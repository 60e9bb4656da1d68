import { expect, type FileChooser } from '@playwright/test'
import type { Person } from './person'

/**
 * Somebody who asks for a file with a slash and answers the browser's window. It is listened for from the beginning: a browser
 * that is told only then is told too late.
 */
export function withFiles({ page }: Person) {
  let given: Parameters<FileChooser['setFiles']>[0] = []
  page.on('filechooser', (window) => void window.setFiles(given))
  return async (typed: string, name: string, buffer: Buffer): Promise<void> => {
    given = { name, mimeType: '', buffer }
    await page.keyboard.type(`/${typed}`)
    await expect(page.getByRole('listbox', { name: 'Blocks' }).getByRole('option')).toHaveCount(1)
    await page.keyboard.press('Enter')
  }
}
