import { describe, expect, it } from 'vitest'
import { toBase64Url } from '#lib/base/base64url'
import { toHex } from '#lib/base/bytes'
import type { ChannelName, ChannelTag, DocumentId } from '#lib/base/ids'
import { err, ok } from '#lib/base/result'
import { encodeState } from '#lib/document/encode-state'
import { writeFirstBody } from '#lib/document/first-structure'
import { createQuietDoc } from '#lib/document/quiet-doc'
import { appendBody, writeBody } from '#lib/editor/shared-body'
import { channelsHolding } from '#lib/host/channels-holding'
import { bodyChannelName } from '#lib/protocol/channel-name'
import { schema } from '#lib/schema/schema'
import { findBacklinks } from '#lib/session/backlinks'
import type { UsedChannel } from '#lib/session/open-channels'

const documents = [1, 2, 3, 4, 5].map((byte) => new Uint8Array(16).fill(byte * 40) as DocumentId)
const [plan = '', naming = '', other = '', deleted = '', long = ''] = documents.map(toBase64Url)
const pages = [plan, naming, other, deleted, long].map((id) => ({
  id,
  title: id === plan ? 'The plan' : 'Another',
  createdAt: 0,
}))
const mention = (id: string) => schema.node('mention', { kind: 'page', id, name: 'Plan' })
const paragraph = (...content: ReturnType<typeof schema.text>[]) => schema.node('paragraph', null, content)
const page = (...blocks: ReturnType<typeof paragraph>[]) => schema.node('doc', null, blocks)

/** A leader and a tab on the same bodies; counts what the tab opens. */
function desk() {
  const bodies = new Map(
    documents.map((document) => {
      const doc = createQuietDoc()
      writeFirstBody(doc)
      return [toHex(bodyChannelName(document)), doc] as const
    }),
  )
  const bodyOf = (name: ChannelName) => {
    const doc = bodies.get(toHex(name))
    if (!doc) throw new Error('no such page')
    return doc
  }
  let held = 0
  const look = channelsHolding({
    async open(name) {
      held++
      const release = () => {
        held--
      }
      return ok({
        channel: name as unknown as ChannelTag,
        state: encodeState(bodyOf(name)),
        slots: [],
        opaque: false,
        release,
      })
    },
  })
  const opened: string[] = []
  const parts: Parameters<typeof findBacklinks>[0] = {
    host: {
      run: async (command) =>
        command.type === 'look-through'
          ? ok({ type: 'channels', channels: await look(command.channels, command.bytes) })
          : err({ type: 'nobody-leads' }),
    },
    channels: {
      async use(name) {
        opened.push(toHex(name))
        return { doc: { doc: () => bodyOf(name) }, onReplaced: new Set(), release() {} } as unknown as UsedChannel
      },
    },
  }
  const doc = (index: number) => bodyOf(bodyChannelName(documents[index] as DocumentId))
  return { parts, opened, doc, held: () => held }
}

describe('pages that mention a page', () => {
  it('are found with the line of the first mention in words of today, and no other page is opened', async () => {
    const { parts, opened, doc, held } = desk()
    writeBody(doc(0), page(paragraph(schema.text('itself '), mention(plan))))
    writeBody(doc(1), page(paragraph(schema.text('nothing')), paragraph(schema.text('see  '), mention(plan))))
    writeBody(doc(2), page(paragraph(schema.text('another '), mention(naming))))
    const found = await findBacklinks(parts, pages, plan)
    expect(found).toEqual(ok([{ page: pages[1], quote: 'see The plan' }]))
    expect(opened).toHaveLength(1)
    expect(held()).toBe(0)
  })
  it('are not those that only speak of the id, or mentioned it once', async () => {
    const { parts, doc } = desk()
    writeBody(doc(2), page(paragraph(schema.text(`#/w/x/${plan}`))))
    writeBody(doc(3), page(paragraph(mention(plan))))
    writeBody(doc(3), page(paragraph(schema.text('gone'))))
    expect(await findBacklinks(parts, pages, plan)).toEqual(ok([]))
  })
  it('are found among much else that many wrote, inside lists and tables, and quoted shortly', async () => {
    const { parts, doc } = desk()
    for (let times = 0; times < 50; times++) appendBody(doc(4), page(paragraph(schema.text(`line ${times} é🐦`))))
    const inside = schema.node('list', { kind: 'bullet' }, [paragraph(schema.text('x'.repeat(400)), mention(plan))])
    appendBody(doc(4), page(inside as ReturnType<typeof paragraph>))
    const found = await findBacklinks(parts, pages, plan)
    expect(found.ok && found.value.map(({ quote }) => quote)).toEqual([`${'x'.repeat(160)}…`])
  })
  it('are not told when nobody leads', async () => {
    const { parts } = desk()
    const failing = { ...parts, host: { run: async () => err({ type: 'nobody-leads' as const }) } }
    expect(await findBacklinks(failing, pages, plan)).toEqual(err({ type: 'nobody-leads' }))
  })
})
