import { beforeEach, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { createMailboxRoad, type MailboxRoad } from '#lib/host/mailbox-road'
import { mailboxName } from '#lib/protocol/relay-proof'
import { createRelayMailboxes, type RelayMailboxDesk } from '#lib/sync/relay-mailboxes'
import type { RoadFrame } from '#lib/sync/relay-road'
import { createVirtualClock } from '#lib/testing/virtual-clock'

const KEY = new Uint8Array(32).fill(7)
const bytesOf = (value: number) => new Uint8Array(4).fill(value)

interface Relay {
  readonly mailboxes: RelayMailboxDesk
  readonly sent: RoadFrame[]
}
function relay(): Relay {
  const sent: RoadFrame[] = []
  return { mailboxes: createRelayMailboxes((frame) => sent.push(frame), createVirtualClock()), sent }
}

let relays: Relay[]
let road: MailboxRoad
beforeEach(() => {
  relays = [relay(), relay()]
  road = createMailboxRoad(() => relays)
})

const deposit = (at: Relay | undefined, number: number, value: number) =>
  at?.mailboxes.handle({ type: 'deposit-found', name: mailboxName(KEY), number, bytes: bytesOf(value) })
/** What each relay was told to drop; 0 where it was told to drop nothing. */
const dropped = () => relays.map(({ sent }) => sent.flatMap((frame) => (frame.type === 'answer' ? [frame.number] : [])))

it('I1 an answer drops the deposit that it answers, and none with its number at another relay', () => {
  const heard: { readonly value: number; readonly number: number }[] = []
  road.listen(KEY, (bytes, number) => heard.push({ value: bytes[0] ?? 0, number }))
  deposit(relays[0], 3, 1)
  deposit(relays[1], 3, 2)
  expect(heard.map(({ value }) => value)).toEqual([1, 2])
  road.answer(KEY, bytesOf(9), heard[1]?.number)
  expect(dropped()).toEqual([[0], [3]])
  road.answer(KEY, bytesOf(8))
  expect(dropped()).toEqual([
    [0, 0],
    [3, 0],
  ])
})

it('I10 tells which deposit another member answered, and nothing of one’s own answers', () => {
  const heard: number[] = []
  const answered: number[] = []
  road.listen(
    KEY,
    (_, number) => heard.push(number),
    (number) => answered.push(number),
  )
  deposit(relays[1], 3, 2)
  road.answer(KEY, bytesOf(9), heard[0])
  const name = mailboxName(KEY)
  relays[1]?.mailboxes.handle({ type: 'answered', name, number: 3, outcome: 'done' })
  expect(answered).toEqual([])
  deposit(relays[0], 3, 1)
  relays[0]?.mailboxes.handle({ type: 'answered', name, number: 3, outcome: 'done' })
  expect(answered).toEqual([heard[1]])
})

it('I1 a relay that comes later is listened at, and is not told what was answered before', () => {
  const heard: string[] = []
  const stop = road.listen(KEY, (bytes) => heard.push(toHex(bytes)))
  road.answer(KEY, bytesOf(9))
  const later = relay()
  relays = [...relays, later]
  road.relaysChanged()
  deposit(later, 1, 5)
  expect(heard).toEqual([toHex(bytesOf(5))])
  expect(dropped()).toEqual([[0], [0], []])
  stop()
  deposit(later, 2, 6)
  expect(heard).toHaveLength(1)
})
