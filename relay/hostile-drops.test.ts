import { describe, expect, it } from 'vitest'
import { blobOf, segmentBlobOf } from '#lib/protocol/blob'
import { encodeSealedSegment, segmentHeader } from '#lib/protocol/sealed-segment'
import { createChainWriter } from '#lib/testing/entry-shelf'
import {
  answer,
  ask,
  atRelay,
  channel,
  cursors,
  dropped,
  sizeOf,
  slowly,
  visitor,
  written,
} from '#relay/testing/drop-wishes'

describe('whoever would have more dropped', () => {
  it('attack 60 S3 is not allowed to as a member, and nothing is read for it', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0 })
    const { chain, blobs } = await written(world, 3)
    await put(...blobs)
    const { link } = await visitor(world, owner, 'member')
    let looks = 0
    const { outlines } = world.store
    world.store.outlines = (query) => {
      looks++
      return outlines(query)
    }
    expect(await answer(world, link, chain, 1, 3)).toEqual({ ...dropped([]), outcome: 'not-allowed' })
    expect([looks, await cursors(world)]).toEqual([0, [1, 2, 3]])
    const admin = await visitor(world, owner, 'admin')
    expect(await answer(world, admin.link, chain, 1, 3)).toEqual(dropped(blobs))
  })

  it('attack 60 S3 reaches no other room: an admin there drops nothing here', async () => {
    const { world, put } = await atRelay({ dropSeconds: 0 })
    const { chain, blobs } = await written(world, 3)
    await put(...blobs)
    const mallory = await world.key()
    const link = await world.inside(mallory, { rootKey: mallory.publicKey, random: world.random.bytes(32) })
    expect(await answer(world, link, chain, 1, 3)).toEqual(dropped([]))
    expect(await cursors(world)).toEqual([1, 2, 3])
  })

  it('attack 60 S3 drops nothing of the log that its chain is named of, and no segment', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0 })
    const log = await written(world, 3, { lane: 'log' })
    const writer = createChainWriter(await world.key(), world.random.fork(), { lane: 'content', channel })
    const entries = [await writer.write(), await writer.write(), await writer.write()]
    const [first, second] = entries
    if (!first || !second) throw new Error('no entries')
    const headerBytes = segmentHeader(second.header, 2)
    const segment = segmentBlobOf(encodeSealedSegment({ ...second, count: 2, headerBytes, signature: first.signature }))
    await put(...log.blobs, segment.bytes, ...entries.map((entry) => blobOf([entry]).bytes))
    expect(await answer(world, owner, log.chain, 1, 3)).toEqual(dropped([]))
    expect(await answer(world, owner, writer.chain, 2, 3)).toMatchObject({ outcome: 'done', blobs: 2 })
    expect(await cursors(world)).toEqual([1, 2, 3, 4, 5])
  })

  it('attack 60 S3 is stopped when the door says that it is no admin any more', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0, pageBytes: 1 })
    const { chain, blobs } = await written(world, 20)
    await put(...blobs)
    for (const level of ['member', 'none'] as const) {
      const { key, link } = await visitor(world, owner, 'admin')
      const before = (await cursors(world)).length
      const { outlines } = world.store
      let slices = 0
      world.store.outlines = async (query) => {
        if (++slices === 4) {
          await world.say(world.founder.relayKey, key, level, 2)
          owner.send({ type: 'put-door', statements: world.statements.slice(-1) })
          await new Promise<void>((resolve) => void world.clock.after(1000, resolve))
        }
        return outlines(query)
      }
      ask(link, chain, 1, 20)
      await world.clock.advance(5000)
      world.store.outlines = outlines
      expect([slices, before - (await cursors(world)).length]).toEqual([4, 3])
      if (level === 'none') expect(link.closed).toBe('not-admitted')
      else expect(link.of('dropped')).toMatchObject([{ outcome: 'not-allowed', blobs: 3, cursor: 3 }])
    }
  })

  it('attack 60 S3 asks once at a time: the second wish ends that visit and what it began, and nobody else’s', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0, pageBytes: 1 })
    const { chain, blobs } = await written(world, 50)
    await put(...blobs)
    const { link } = await visitor(world, owner, 'admin')
    for (let i = 0; i < 3; i++) ask(link, chain, 1, 50, { request: i })
    await world.clock.advance(1000)
    expect([link.of('bye').map(({ reason }) => reason), owner.of('bye')]).toEqual([['unexpected-frame'], []])
    const left = await cursors(world)
    expect(left.length).toBeGreaterThan(40)
    await world.clock.advance(5000)
    expect(await cursors(world)).toEqual(left)
  })

  it('attack 60 S3 R4 pays for all that is looked at, so that one who asks again and again waits', async () => {
    const { world, owner, put } = await atRelay({ bytes: { burst: 200_000, perSecond: 1000 } })
    const { chain, blobs } = await written(world, 30, { box: 1024 })
    await put(...blobs)
    for (let i = 1; i <= 40; i++) {
      ask(owner, chain, 1, 30, { request: i })
      for (let j = 0; j < 20 && owner.of('dropped').length < i; j++) await world.clock.advance(1000)
      owner.send({ type: 'ping', nonce: i })
    }
    const seconds = world.clock.now() / 1000
    expect(owner.of('dropped').length).toBeGreaterThan(2)
    expect(owner.of('dropped').length * sizeOf(blobs)).toBeLessThan(200_000 + seconds * 1000 + sizeOf(blobs))
  })

  it('attack 60 S3 leaves whole blobs, and the relay well, where the socket closes in the middle', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0, pageBytes: 1 })
    const { chain, blobs } = await written(world, 30)
    await put(...blobs)
    const { link } = await visitor(world, owner, 'admin')
    let slices = 0
    slowly(world, (number) => {
      slices = number
      if (number === 5) link.link.close('done')
    })
    ask(link, chain, 1, 30)
    await world.clock.advance(5000)
    const left = await cursors(world)
    expect([slices, left.length]).toEqual([5, 26])
    expect(await answer(world, owner, chain, 1, 30)).toEqual(dropped(blobs.slice(4)))
  })

  it('S3 R4 is told where the store fails, and the relay serves on', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0 })
    const { chain, blobs } = await written(world, 3)
    await put(...blobs)
    const { commit } = world.store
    world.store.commit = async () => {
      throw new Error('disk full')
    }
    ask(owner, chain, 1, 3)
    await world.clock.advance(1000)
    expect(owner.of('bye').map(({ reason }) => reason)).toEqual(['store-failed'])
    world.store.commit = commit
    expect(await answer(world, await world.inside(world.founder.relayKey), chain, 1, 3)).toEqual(dropped(blobs))
  })

  it('S3 R4 holds up no relay that stops', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0, pageBytes: 1 })
    const { chain, blobs } = await written(world, 30)
    await put(...blobs)
    slowly(world)
    ask(owner, chain, 1, 30)
    await world.clock.advance(300)
    await world.restartRelay()
    await world.clock.advance(1000)
    expect([owner.of('bye').map(({ reason }) => reason), owner.of('dropped')]).toEqual([['stopping'], []])
    const left = await cursors(world)
    await world.clock.advance(5000)
    expect([left.length > 0, await cursors(world)]).toEqual([true, left])
  })

  it('R4 says nothing of it in the log', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0 })
    const { chain, blobs } = await written(world, 3)
    await put(...blobs)
    const { length } = world.logged
    await answer(world, owner, chain, 1, 3)
    expect(world.logged.slice(length)).toEqual([])
  })
})
