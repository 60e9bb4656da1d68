import { afterEach, describe, expect, it, vi } from 'vitest'
import { schema } from '#lib/schema/schema'
import { picturesForWord } from '#lib/session/export-pictures'
import { createFileGathering } from '#lib/session/gather-files'
import { createFakeFiles } from '#lib/testing/fake-files'

/** A browser that draws every picture as PNG of so many bytes. */
function drawsAs(bytes: number): void {
  vi.stubGlobal('createImageBitmap', async () => ({ width: 4, height: 2, close() {} }))
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      getContext() {
        return { drawImage() {} }
      }
      async convertToBlob() {
        return new Blob([new Uint8Array(bytes)], { type: 'image/png' })
      }
    },
  )
}
afterEach(() => vi.unstubAllGlobals())

async function pictures(type: string, limitMegabytes = 1) {
  const files = createFakeFiles()
  files.kept.set('a', new Blob(['RIFF....WEBP....'], { type }))
  const gathering = createFileGathering({
    files,
    nodes: ['image'],
    limitMegabytes: 1,
    signal: new AbortController().signal,
  })
  const image = schema.node('image', { file: 'a', name: 'a.webp' }, [schema.node('image_caption')])
  const found = await picturesForWord({ doc: schema.node('doc', null, [image]), gathering }, limitMegabytes)
  return { found: found.map(({ ending, pixels, bytes }) => [ending, pixels, bytes.length]), left: gathering.left() }
}

describe('F1 pictures of a Word file', () => {
  it('of a kind that not every Word knows are drawn as one that it does', async () => {
    drawsAs(100)
    expect(await pictures('image/webp')).toEqual({ found: [['png', '4x2', 100]], left: [] })
  })
  it('that outgrow the file by that are told of', async () => {
    drawsAs(100)
    const left = [{ node: 'image', name: 'a.webp', because: { type: 'no-room', limitMegabytes: 1 } }]
    expect(await pictures('image/webp', 99 / 1_048_576)).toEqual({ found: [], left })
  })
  it('that no browser draws are told of', async () => {
    const left = [{ node: 'image', name: 'a.webp', because: { type: 'not-shown' } }]
    expect(await pictures('image/webp')).toEqual({ found: [], left })
    expect(await pictures('application/octet-stream')).toEqual({ found: [], left })
  })
})
