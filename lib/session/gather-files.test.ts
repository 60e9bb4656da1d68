import { getEventListeners } from 'node:events'
import type { Node } from 'prosemirror-model'
import { describe, expect, it } from 'vitest'
import { schema } from '#lib/schema/schema'
import { createFileGathering, type GatheringOptions } from '#lib/session/gather-files'
import { createFakeFiles } from '#lib/testing/fake-files'

const picture = (file: string, name: string): Node =>
  schema.node('image', { file, name, pixels: '8x6' }, [schema.node('image_caption')])
const attached = (file: string, name: string): Node => schema.node('file', { file, name })
const SIX_BYTES = 6 / 1_048_576
const pageOf = (...blocks: Node[]): Node => schema.node('doc', null, blocks)

function gathering(wish: Partial<GatheringOptions> = {}) {
  const files = createFakeFiles()
  files.kept.set('dot', new Blob(['12345']))
  files.kept.set('ledger', new Blob(['1234567']))
  const stop = new AbortController()
  const options = { files, nodes: ['image', 'file'] as const, limitMegabytes: 1, signal: stop.signal, ...wish }
  return { files, stop, gathered: createFileGathering(options) }
}

async function namesFrom(found: AsyncIterable<{ name: string }>): Promise<string[]> {
  const names: string[] = []
  for await (const { name } of found) names.push(name)
  return names
}

describe('F1 files that leave with their page', () => {
  it('are gathered once each, over all pages, and counted as they are looked for', async () => {
    const { gathered } = gathering()
    const counts: string[] = []
    const page = pageOf(picture('dot', 'dot.png'), attached('ledger', 'ledger.pdf'), picture('dot', 'again.png'))
    const found = gathered.gather(page, (done, of) => counts.push(`${done}/${of}`))
    expect(await namesFrom(found)).toEqual(['dot.png', 'ledger.pdf'])
    expect(counts).toEqual(['1/2', '2/2'])
    expect(await namesFrom(gathered.gather(page))).toEqual([])
    expect(gathered.left()).toEqual([])
  })

  it('are of the kinds that are asked for', async () => {
    const { gathered } = gathering({ nodes: ['image'] })
    expect(await namesFrom(gathered.gather(pageOf(attached('ledger', 'l.pdf'), picture('dot', 'd.png'))))).toEqual([
      'd.png',
    ])
  })

  it('that cannot be had, or have no room, are told of, and smaller ones after them come along', async () => {
    const { gathered } = gathering({ limitMegabytes: SIX_BYTES })
    const page = pageOf(picture('gone', 'gone.png'), attached('ledger', 'ledger.pdf'), picture('dot', 'dot.png'))
    expect(await namesFrom(gathered.gather(page))).toEqual(['dot.png'])
    expect(gathered.left()).toEqual([
      { node: 'image', name: 'gone.png', because: { type: 'away' } },
      { node: 'file', name: 'ledger.pdf', because: { type: 'no-room', limitMegabytes: SIX_BYTES } },
    ])
  })

  it('that are said to be too large are not fetched', async () => {
    const { files, gathered } = gathering({ limitMegabytes: SIX_BYTES })
    const added = await files.add(new Blob(['1234567']), () => {})
    files.follow = () => {
      throw new Error('asked for')
    }
    if (!added.ok) throw new Error(added.error.type)
    expect(await namesFrom(gathered.gather(pageOf(picture(added.value, 'large.png'))))).toEqual([])
    expect(gathered.left()).toEqual([
      { node: 'image', name: 'large.png', because: { type: 'no-room', limitMegabytes: SIX_BYTES } },
    ])
  })

  it('wait no longer once the export is stopped', async () => {
    const { files, stop, gathered } = gathering()
    files.absence = { type: 'coming', share: 0.5 }
    const names = namesFrom(gathered.gather(pageOf(picture('slow', 'slow.png'), picture('dot', 'dot.png'))))
    stop.abort()
    expect(await names).toEqual([])
    expect(gathered.left()).toEqual([])
  })

  it('leave nobody listening for that once they have come', async () => {
    const { stop, gathered } = gathering()
    const page = pageOf(picture('dot', 'dot.png'), picture('gone', 'gone.png'))
    expect(await namesFrom(gathered.gather(page))).toEqual(['dot.png'])
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
  })
})
