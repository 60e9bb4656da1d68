import { describe, expect, it } from 'vitest'
import { encodeFrame } from '#lib/protocol/frames'
import { defaultLimits } from '#relay/limits'
import { createMeter } from '#relay/meter'
import { createSyncService } from '#relay/sync-service'
import type { VisitorLink } from '#relay/sync-session'
import { createRelayWorld } from '#relay/testing/relay-world'

describe('session', () => {
  it('attack 56 lets others have a turn in the middle of a flood, whatever of it has come already', async () => {
    const world = await createRelayWorld()
    const turns: (() => void)[] = []
    const { crypto, clock, random, store } = world
    const service = createSyncService({
      ...{ store, crypto, clock, random, limits: defaultLimits.sync, meter: createMeter() },
      log: { debug: () => {}, warn: () => {} },
      isOwnOrigin: () => true,
      defer: (task) => void turns.push(task),
    })
    let pongs = -2 // The greeting is two frames.
    const link: VisitorLink = {
      ...{ kind: 'relay', onFrame: undefined, onClose: undefined, close: () => {}, queuedBytes: () => 0 },
      drained: async () => {},
      send: () => void pongs++,
    }
    service.accept(link, { mayCreateRoom: () => true })
    const settle = () => new Promise((resolve) => setImmediate(resolve))
    for (let nonce = 0; nonce < 1000; nonce++) link.onFrame?.(encodeFrame({ type: 'ping', nonce }))
    await settle()
    expect([turns.length, pongs < 500]).toEqual([1, true])
    for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) {
      turn()
      await settle()
    }
    expect(pongs).toBe(1000)
  })
})
