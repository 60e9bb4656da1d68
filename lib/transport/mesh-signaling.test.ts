import { expect, it } from 'vitest'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { type Call, createMeshSignaling } from '#lib/transport/mesh-signaling'
import type { Signal, SignalingMessage } from '#lib/transport/signaling-message'

/** A room as peer "m", with a y-webrtc that makes a connection for every announce and offer that reaches it. */
function openRoom() {
  const clock = createVirtualClock()
  const connections = new Map<string, { proved: boolean }>()
  const reached: string[] = []
  const ended: string[] = []
  let announced = 0
  let allowed = true
  const room = createMeshSignaling({
    roomName: 'room',
    password: 'password',
    clock,
    random: createSeededRandom(1),
    ownId: () => 'm',
    hasConnection: (peerId) => connections.has(peerId),
    mayConnect: () => allowed,
    react(call: Call | undefined, run) {
      if (call) {
        const connection = { proved: false }
        connections.set(call.peerId, connection)
        call.attempt = {
          proved: () => connection.proved,
          end() {
            ended.push(call.peerId)
            call.attempt = undefined
            connections.delete(call.peerId)
          },
        }
      }
      run()
    },
    announce: () => announced++,
  })
  const hear = (from: string, type: 'announce' | Signal['type'], token = 1) => {
    const signals: Record<Signal['type'], Signal> = {
      offer: { type: 'offer', sdp: 'v=0' },
      answer: { type: 'answer', sdp: 'v=0' },
      candidate: { type: 'candidate', candidate: {} },
    }
    const message: SignalingMessage =
      type === 'announce' ? { type, from } : { type: 'signal', from, to: 'm', token, signal: signals[type] }
    room.around(message, () => reached.push(`${from} ${type} ${token}`))
  }
  return {
    clock,
    room,
    hear,
    reached,
    ended,
    connections,
    announced: () => announced,
    forbid: () => {
      allowed = false
    },
  }
}

it('D3 of two calls at once the one of the greater name stands', async () => {
  const { clock, hear, reached, ended } = openRoom()
  for (const peer of ['a', 'z']) hear(peer, 'announce')
  for (const peer of ['a', 'z']) hear(peer, 'offer', 5)
  await clock.advance(0)
  expect(ended).toEqual(['z'])
  expect(reached).toEqual(['a announce 1', 'z announce 1', 'z offer 5'])
})

it('D3 candidates of a call that does not stand do not reach the one that does', async () => {
  const { hear, reached } = openRoom()
  hear('a', 'announce')
  hear('a', 'candidate', 5)
  hear('a', 'offer', 5)
  hear('a', 'candidate', 5)
  hear('a', 'candidate', 6)
  hear('a', 'answer', 6)
  for (const token of [5, 7]) hear('a', 'candidate', token)
  expect(reached).toEqual(['a announce 1', 'a answer 6', 'a candidate 6', 'a candidate 7'])
})

it('D3 candidates that come before their offer wait for it, and make no connection', () => {
  const { hear, reached, connections } = openRoom()
  hear('a', 'candidate', 5)
  expect([reached, connections.size]).toEqual([[], 0])
  hear('a', 'offer', 5)
  expect(reached).toEqual(['a offer 5', 'a candidate 5'])
})

it('D3 a peer that offers anew gets a new connection, and what it says meanwhile is not lost', async () => {
  const { clock, hear, reached, ended, connections } = openRoom()
  hear('a', 'offer', 5)
  const first = connections.get('a')
  if (first) first.proved = true
  hear('a', 'offer', 6)
  hear('a', 'candidate', 6)
  expect([ended, reached]).toEqual([['a'], ['a offer 5']])
  await clock.advance(0)
  expect(reached).toEqual(['a offer 5', 'a offer 6', 'a candidate 6'])
})

it('D3 an old call gives way to a new offer, whatever the names', async () => {
  const { clock, hear, reached, ended } = openRoom()
  hear('a', 'announce')
  await clock.advance(3000)
  hear('a', 'offer', 5)
  await clock.advance(0)
  expect([ended, reached.at(-1)]).toEqual([['a'], 'a offer 5'])
})

it('D3 answers that nobody waits for, or that come twice, reach nobody', () => {
  const { hear, reached } = openRoom()
  hear('a', 'answer')
  hear('b', 'offer')
  hear('b', 'answer')
  hear('c', 'announce')
  hear('c', 'answer')
  hear('c', 'answer')
  expect(reached).toEqual(['b offer 1', 'c announce 1', 'c answer 1'])
})

it('D3 announces of a peer that is connected, and all calls beyond the limit, are left alone', () => {
  const { hear, reached, forbid } = openRoom()
  hear('a', 'offer')
  hear('a', 'announce')
  forbid()
  hear('b', 'announce')
  hear('c', 'offer')
  expect(reached).toEqual(['a offer 1'])
})

it('D3 announces leave at most once a second, and the last one is not forgotten', async () => {
  const { clock, room, announced } = openRoom()
  const sent = () => room.outgoing({ type: 'announce', from: 'm' }) !== undefined
  expect([sent(), sent(), sent()]).toEqual([true, false, false])
  await clock.advance(1000)
  expect([announced(), sent()]).toEqual([1, true])
})

it('only what is for this side and not from it is heard', () => {
  const { room } = openRoom()
  const sealed = (message: object) => room.outgoing(message)
  const offer = { type: 'signal', from: 'a', to: 'm', token: 1, signal: { type: 'offer', sdp: 'v=0' } }
  expect(room.incoming(sealed(offer))).toEqual(offer)
  for (const message of [
    { ...offer, to: 'b' },
    { ...offer, from: 'm' },
    { ...offer, signal: {} },
  ])
    expect(room.incoming(sealed(message))).toBeUndefined()
})

it('closed it says and hears nothing', async () => {
  const { clock, room, hear, reached } = openRoom()
  room.outgoing({ type: 'announce' })
  room.outgoing({ type: 'announce' })
  room.close()
  hear('a', 'announce')
  expect([room.outgoing({ type: 'announce' }), reached, clock.waiting]).toEqual([undefined, [], 0])
})
