import { describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, DeviceId, EntryId, EpochTag } from '#lib/base/ids'
import { createReceiptListeners } from '#lib/host/receipt-listeners'
import type { Lane } from '#lib/protocol/outer-header'
import type { Head } from '#lib/sync/entry-source'

const device = (n: number) => new Uint8Array(32).fill(n) as DeviceId
const [alice, bob, carol] = [device(1), device(2), device(3)]
/** The newest entry on a chain of that number. */
const head = (n: number, lane: Lane = 'content'): Head => ({
  lane,
  channel: new Uint8Array(16) as ChannelTag,
  chain: new Uint8Array(16).fill(n) as ChainTag,
  seq: 1,
  id: new Uint8Array(32) as EntryId,
})

/** Alice's, where the chain of number n is of device n and nobody else's; everybody was told something under epoch 1. */
function listening() {
  const state = { epoch: 1 }
  const authors = [alice, bob, carol]
  const listeners = createReceiptListeners({
    device: alice,
    epoch: () => new Uint8Array(16).fill(state.epoch) as EpochTag,
    authorOf: ({ chain }) => authors[(chain[0] ?? 0) - 1],
  })
  listeners([head(2)])
  return { listeners, state }
}

describe('receipt listeners', () => {
  it('R10 tells of an edit whoever wrote it, and nobody else', () => {
    const { listeners } = listening()
    expect(listeners([head(2)])).toEqual(new Set([toHex(bob)]))
    expect(listeners([head(2), head(3)])).toEqual(new Set([toHex(bob), toHex(carol)]))
  })

  it('R10 tells nobody of own edits', () => {
    const { listeners } = listening()
    expect(listeners([head(1)])).toEqual(new Set())
    expect(listeners([head(1), head(2)])).toEqual(new Set([toHex(bob)]))
  })

  it('R10 tells everybody of the log, and of what nobody is known to have written', () => {
    const { listeners } = listening()
    expect(listeners([head(2), head(1, 'log')])).toBe('everybody')
    expect(listeners([head(2), head(9)])).toBe('everybody')
  })

  it('R10 K2 tells everybody once that it has the secret of a new epoch', () => {
    const { listeners, state } = listening()
    state.epoch = 2
    expect(listeners([head(2)])).toBe('everybody')
    expect(listeners([head(2)])).toEqual(new Set([toHex(bob)]))
  })
})
