import { beforeEach, describe, expect, it } from 'vitest'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, EpochSecret, EpochTag, TagKey } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import type { LeftMesh } from '#lib/host/left-meshes-record'
import { createMeshes, type Meshes } from '#lib/host/meshes'
import { epochTag } from '#lib/protocol/derive'
import { createKeyRing, type KeyRing } from '#lib/replica/key-ring'
import { createHistory, deviceOf, FIRST_EPOCH, type History } from '#lib/testing/membership-history'
import { createMemoryLinkPair } from '#lib/testing/memory-link'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock, type VirtualClock } from '#lib/testing/virtual-clock'
import type { Link } from '#lib/transport/link'
import type { MeshOptions } from '#lib/transport/webrtc'
import { createRotation } from '#lib/workspace/epoch'
import type { MembershipLog } from '#lib/workspace/membership-log'
import type { MembershipState } from '#lib/workspace/membership-state'

const SECRET = new Uint8Array(32).fill(1) as EpochSecret
const NAMES = ['alice', 'ann', 'ben', 'cat', 'dan', 'eve']

interface Place {
  readonly epoch: EpochTag
  readonly met: DeviceId[]
  isOpen: boolean
  calls: number
  readonly onLink: MeshOptions['onLink']
}

let history: History
let clock: VirtualClock
let keys: KeyRing
let log: MembershipLog
let places: Place[]
let logOnly: number
/** What a device has noted for its next start. */
let noted: readonly LeftMesh[]
beforeEach(() => {
  history = createHistory()
  history.settle({ ann: 'admin', ben: 'editor', cat: 'editor', dan: 'editor', eve: 'editor' })
  clock = createVirtualClock()
  log = history.log()
  keys = createKeyRing(log.workspaceId, new Uint8Array(32) as TagKey, [{ tag: FIRST_EPOCH, secret: SECRET }])
  places = []
  logOnly = 0
  noted = []
})

/** The meshes of one device; a test says whom it meets where. */
function meshesOf(name: string): Meshes {
  const current = () => {
    if (known?.entries !== history.entries.length)
      known = { entries: history.entries.length, state: history.log().current() }
    return known.state
  }
  let known: { readonly entries: number; readonly state: MembershipState | undefined } | undefined
  const membership = { ...log, current } as MembershipLog
  const meshes = createMeshes({
    ...{ replica: { keys, membership }, device: deviceOf(name), clock, random: createSeededRandom(1) },
    start({ tag }, onLink) {
      const place: Place = { epoch: tag, met: [], isOpen: true, calls: 0, onLink }
      places.push(place)
      return {
        peers: () => place.met.map((device) => ({ device, initiator: true })),
        state: () => ({ signaling: 'connected', links: place.met.length, passedOn: 0, attempts: 0 }),
        rejoin: () => void place.calls++,
        close() {
          place.isOpen = false
        },
      }
    },
    onLink() {},
    onLogOnly: () => void logOnly++,
    leftBefore: noted,
    onLeft: (left) => {
      noted = left
    },
  })
  meshes.changed()
  return meshes
}

function meet(place: Place | undefined, ...names: readonly string[]): Link[] {
  return names.map((name) => {
    const link = createMemoryLinkPair(clock).a
    place?.met.push(deviceOf(name))
    place?.onLink(link, { device: deviceOf(name), initiator: true })
    return link
  })
}

function rotate(value: number): EpochTag {
  const next = new Uint8Array(32).fill(value) as EpochSecret
  const rotation = createRotation(log.workspaceId, next, [], [])
  history.write({ by: 'alice' }, { type: 'epoch.rotate', ...rotation })
  const tag = epochTag(log.workspaceId, next)
  keys.add({ tag, secret: next })
  return tag
}

/** Everybody by the hash that says who stays, the lowest first. */
const byRank = (): string[] => NAMES.toSorted((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1))
const rankOf = (name: string): string => toHex(hash(deviceOf(name), FIRST_EPOCH))

describe('the meshes of a workspace', () => {
  it('K5 goes over to the mesh of the new epoch within 20 seconds, and leaves the old one after a minute', async () => {
    const last = byRank().at(-1) ?? ''
    const meshes = meshesOf(last)
    meet(places[0], ...NAMES.filter((name) => name !== last))
    const tag = rotate(2)
    meshes.changed()
    expect(places).toHaveLength(1)
    await clock.advance(20_000)
    expect(places.map(({ epoch, isOpen }) => [toHex(epoch), isOpen])).toEqual([
      [toHex(FIRST_EPOCH), true],
      [toHex(tag), true],
    ])
    await clock.advance(60_000)
    expect(places.map(({ isOpen }) => isOpen)).toEqual([false, true])
  })

  it('D3 calls out anew in every mesh that it holds', async () => {
    const meshes = meshesOf('alice')
    meet(places[0], 'ann')
    rotate(2)
    meshes.changed()
    await clock.advance(20_000)
    meshes.rejoin()
    expect(places.map(({ calls }) => calls)).toEqual([1, 1])
  })

  it('K5 leaves the old mesh as soon as everybody in it was met in the new one', async () => {
    const last = byRank().at(-1) ?? ''
    const others = NAMES.filter((name) => name !== last)
    const meshes = meshesOf(last)
    meet(places[0], ...others)
    rotate(2)
    meshes.changed()
    await clock.advance(20_000)
    const [one, ...rest] = others
    meet(places[1], ...rest)
    expect(places[0]?.isOpen).toBe(true)
    meet(places[1], one ?? '')
    expect(places[0]?.isOpen).toBe(false)
  })

  it.each([
    [0, true],
    [2, true],
    [3, false],
  ])('K5 of rank %i: whether it stays in the old mesh, where nothing but the log passes: %s', async (rank, stays) => {
    const name = byRank()[rank] ?? ''
    const meshes = meshesOf(name)
    const [link] = meet(places[0], ...NAMES.filter((other) => other !== name))
    rotate(2)
    meshes.changed()
    await clock.advance(80_000)
    expect(places[0]?.isOpen).toBe(stays)
    expect(link && meshes.isLogOnly(link)).toBe(stays)
  })

  it('K5 the last of a month ends the stay', async () => {
    const [first] = byRank()
    const meshes = meshesOf(first ?? '')
    meet(places[0], ...NAMES.filter((name) => name !== first))
    rotate(2)
    meshes.changed()
    await clock.advance(80_000)
    expect([places[0]?.isOpen, logOnly]).toEqual([true, 1])
    await clock.advance(30 * 86_400_000)
    expect(places.map(({ isOpen }) => isOpen)).toEqual([false, true])
    expect(sameBytes(places[1]?.epoch ?? new Uint8Array(), FIRST_EPOCH)).toBe(false)
  })

  it('K5 stays on after a restart, along log entries alone, until the month is over', async () => {
    const [first] = byRank()
    const others = NAMES.filter((name) => name !== first)
    const meshes = meshesOf(first ?? '')
    meet(places[0], ...others)
    const tag = rotate(2)
    meshes.changed()
    await clock.advance(80_000)
    meshes.close()
    places = []
    const again = meshesOf(first ?? '')
    expect(places.map(({ epoch }) => toHex(epoch))).toEqual([toHex(tag), toHex(FIRST_EPOCH)])
    const [link] = meet(places[1], ...others)
    expect(link && again.isLogOnly(link)).toBe(true)
    await clock.advance(31 * 86_400_000)
    expect(places.map(({ isOpen }) => isOpen)).toEqual([true, false])
    expect(noted).toEqual([])
  })

  it('K5 forgets after a restart where it does not stay any more', async () => {
    const last = byRank().at(-1) ?? ''
    const meshes = meshesOf(last)
    rotate(2)
    meshes.changed()
    await clock.advance(80_000)
    meshes.close()
    places = []
    meshesOf(last)
    meet(places[1], ...NAMES.filter((name) => name !== last))
    await clock.advance(80_000)
    expect(places.map(({ isOpen }) => isOpen)).toEqual([true, false])
    expect(noted).toEqual([])
  })

  it('K5 of many epochs the meshes of the last few are held', async () => {
    const meshes = meshesOf(byRank()[0] ?? '')
    const tags = [FIRST_EPOCH]
    for (let value = 2; value <= 6; value++) {
      tags.push(rotate(value))
      meshes.changed()
      await clock.advance(100_000)
    }
    expect(places.map(({ isOpen }) => isOpen)).toEqual([false, false, true, true, true, true])
    expect(noted.map((one) => toHex(one.tag))).toEqual(tags.slice(2, 5).map(toHex))
  })
})
