import { describe, expect, it } from 'vitest'
import type { ChannelTag } from '#lib/base/ids'
import { createContentIndex, encodeContentIndex } from '#lib/document/content-index'
import { canonicalState, encodeState } from '#lib/document/encode-state'
import { createQuietDoc } from '#lib/document/quiet-doc'
import { createChannelCopy } from '#lib/replica/channel-copy'

const tag = new Uint8Array(16) as ChannelTag

function packed() {
  const doc = createQuietDoc()
  doc.getText('t').insert(0, 'what the checkpoint holds')
  return { doc, index: encodeContentIndex(createContentIndex()), state: encodeState(doc) }
}

describe('the copy of a channel', () => {
  it('E12 hands out the state of a checkpoint as it stands, and decodes it only to change it', () => {
    const { doc, index, state } = packed()
    const copy = createChannelCopy(tag, { index, state })
    expect(copy.state()).toBe(state)
    expect(() => copy.doc).toThrow()
    expect(copy.unpack()).toBe(true)
    expect(canonicalState(copy.doc)).toEqual(canonicalState(doc))
    copy.doc.getText('t').insert(0, 'and more: ')
    expect(copy.state()).not.toEqual(state)
  })

  it('E12 is of no use where its state or its index cannot be read', () => {
    const { index, state } = packed()
    for (const bent of [
      { index: index.slice(1), state },
      { index, state: state.slice(0, state.length >> 1) },
    ]) {
      const copy = createChannelCopy(tag, bent)
      expect([copy.unpack(), copy.unpack()]).toEqual([false, false])
    }
  })
})
