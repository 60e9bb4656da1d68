import { readFile } from 'node:fs/promises'
import { crc32, deflateSync } from 'node:zlib'
import { expectAccessible } from './accessibility'
import { expect, test } from './journey'
import { PATIENCE } from './patience'
import { bringTogether, type Person } from './person'
import { withFiles } from './with-files'

/** A PNG that hardly shrinks: several pieces of a file. */
function colourfulPicture(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(data.length)
    head.write(type, 4, 'latin1')
    const end = Buffer.alloc(4)
    end.writeUInt32BE(crc32(data, crc32(head.subarray(4))))
    return Buffer.concat([head, data, end])
  }
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0])
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  let seed = 1
  const pixels = Buffer.alloc(height * (1 + 3 * width))
  for (let at = 0; at < pixels.length; at++) {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    pixels[at] = at % (1 + 3 * width) === 0 ? 0 : seed >>> 23
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** How wide the picture itself is, once it is drawn. */
const pixelsOf = ({ body }: Person) =>
  body.locator('figure img').evaluate((image: HTMLImageElement) => (image.complete ? image.naturalWidth : 0))

test('F1 a picture put in without a network is there at once, reaches others later, and is sized, described and captioned; a file is saved', async ({
  meet,
  relay,
}) => {
  const [alice, bob] = [await meet('Alice'), await meet('Bob')]
  const insert = withFiles(alice)
  await bringTogether(alice, bob, { title: 'Birds', text: 'Seen in June:' })
  await expect(bob.body).toContainText('Seen in June:')

  await relay.kill()
  await alice.write('\n')
  await insert('picture', 'waxwing.png', colourfulPicture(600, 400))
  await expect.poll(() => pixelsOf(alice)).toBe(600)
  await relay.start()
  await expect.poll(() => pixelsOf(bob), { timeout: PATIENCE.pieces }).toBe(600)

  await alice.body.locator('figure img').click()
  const tools = alice.page.getByRole('group', { name: 'Picture' })
  await tools.getByRole('button', { name: 'Describe it' }).click()
  const described = alice.page.getByRole('textbox', { name: 'What the picture shows, in words' })
  await described.fill('A waxwing on a branch')
  await described.press('Enter')
  await expect(bob.body.getByRole('img', { name: 'A waxwing on a branch' })).toBeVisible()
  const grip = alice.body.getByRole('slider', { name: 'Width of the picture' })
  await grip.focus()
  await alice.page.keyboard.press('ArrowLeft')
  await expect(grip).toBeFocused()
  await alice.page.keyboard.press('ArrowLeft')
  await expect(grip).toHaveAttribute('aria-valuenow', '80')
  await expectAccessible(alice.page)
  await alice.body.locator('figcaption').click()
  await alice.page.keyboard.type('By the harbour')
  await expect(bob.body.locator('figure')).toContainText('By the harbour')
  await expect(bob.body.locator('figure > div').first()).toHaveAttribute('style', /width: 80%/)

  await alice.page.keyboard.press('Enter')
  const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')
  await insert('file', 'map.svg', drawing)
  await expect(bob.body.getByText('map.svg')).toBeVisible()
  const [saved] = await Promise.all([
    bob.page.waitForEvent('download'),
    bob.body.getByRole('button', { name: 'Download map.svg' }).click(),
  ])
  expect(saved.suggestedFilename()).toBe('map.svg')
  expect(await readFile(await saved.path())).toEqual(drawing)
  await bob.page.setViewportSize({ width: 390, height: 780 })
  await expectAccessible(bob.page)
})
