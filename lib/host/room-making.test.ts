import { beforeAll, describe, expect, it } from 'vitest'
import { createRoomMaking } from '#lib/host/room-making'
import type { DropProgress, DropSummary } from '#lib/sync/relay-drops'
import { createOfflineTeam, type OfflineMate, type OfflineTeam } from '#lib/testing/offline-team'
import { deviceOf, stateOf } from '#lib/testing/team-acts'

const ORIGIN = 'https://relay.example'
const through: DropSummary = {
  ...{ end: 'through', segments: 2, blobs: 5, bytes: 900, young: 0 },
  ...{ waiting: 0, lacking: 0, unlike: 0 },
}

let team: OfflineTeam
beforeAll(async () => {
  team = await createOfflineTeam()
})

/** One relay, at which somebody makes room; a test says what comes of it. */
function room(mate: OfflineMate) {
  const begun: { progress(progress: DropProgress): void; end(summary: DropSummary): void; stopped: boolean }[] = []
  const state = () => stateOf(mate)
  const told = { room: 0 }
  const making = createRoomMaking({
    ...{ device: deviceOf(mate), state, onChange: () => {}, onRoom: () => void told.room++ },
    drop(origin, progress) {
      if (origin !== ORIGIN) return undefined
      const one = { progress, end: (_: DropSummary) => {}, stopped: false }
      begun.push(one)
      return {
        summary: new Promise((resolve) => {
          one.end = resolve
        }),
        stop() {
          one.stopped = true
        },
      }
    },
  })
  return { making, begun, told, view: () => making.view(state()) }
}

describe('making room', () => {
  it('S3 is an admin’s and the owner’s to ask for', async () => {
    const [alice, bob] = [await team.start('alice'), await team.start('bob')]
    expect(room(alice).view().mayMake).toBe(true)
    const { making, begun, view } = room(bob)
    expect(view().mayMake).toBe(false)
    expect(making.begin(ORIGIN)).toEqual({ ok: false, error: { type: 'not-allowed' } })
    expect(begun).toEqual([])
    await alice.operate({ type: 'role.set', member: bob.person(), role: 'admin', cuts: [], doors: [] })
    await team.carry(alice, bob)
    expect(view().mayMake).toBe(true)
    expect(making.begin(ORIGIN)).toMatchObject({ ok: true })
  })

  it('S3 tells how far it is and what came of it, until that is put away', async () => {
    const { making, begun, view } = room(await team.start('alice'))
    making.begin(ORIGIN)
    making.begin(ORIGIN)
    expect(begun).toHaveLength(1)
    const progress = { segments: 2, blobs: 5, bytes: 900 }
    begun[0]?.progress(progress)
    expect(view().attempts).toEqual([{ origin: ORIGIN, progress, summary: undefined }])
    making.leave(ORIGIN)
    expect(begun[0]?.stopped).toBe(true)
    begun[0]?.end({ ...through, end: 'stopped' })
    await Promise.resolve()
    expect(view().attempts).toEqual([{ origin: ORIGIN, progress, summary: { ...through, end: 'stopped' } }])
    making.leave(ORIGIN)
    expect(view().attempts).toEqual([])
  })

  it('S3 F1 says that there is room, where something went', async () => {
    const { making, begun, told } = room(await team.start('alice'))
    making.begin(ORIGIN)
    begun[0]?.end({ ...through, blobs: 0, bytes: 0 })
    await Promise.resolve()
    expect(told.room).toBe(0)
    making.begin(ORIGIN)
    begun[1]?.end({ ...through, end: 'lost' })
    await Promise.resolve()
    expect(told.room).toBe(1)
  })

  it('S3 begins anew where an attempt is over, and nowhere but at a relay of the workspace', async () => {
    const { making, begun, view } = room(await team.start('alice'))
    expect(making.begin('https://other.example')).toEqual({ ok: false, error: { type: 'not-found' } })
    expect(making.leave(ORIGIN)).toEqual({ ok: false, error: { type: 'not-found' } })
    making.begin(ORIGIN)
    begun[0]?.end(through)
    await Promise.resolve()
    making.begin(ORIGIN)
    expect(begun).toHaveLength(2)
    expect(view().attempts).toMatchObject([{ progress: { segments: 0 }, summary: undefined }])
  })
})
