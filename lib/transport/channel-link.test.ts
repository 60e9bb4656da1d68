import { expect, it } from 'vitest'
import { FakeDataChannel } from '#lib/testing/fake-data-channel'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { createChannelLink, SILENT_PINGS } from '#lib/transport/channel-link'

function openLink({ firstMessages = 0, open = true } = {}) {
  const channel = new FakeDataChannel()
  const ended: string[] = []
  const first: number[] = []
  const frames: number[] = []
  const channelLink = createChannelLink({
    channel: channel.asChannel(),
    firstMessages,
    onFirst: (message) => first.push(message.length),
    onOpen: () => {},
    onEnd: (reason) => ended.push(reason),
  })
  channelLink.link.onFrame = (frame) => frames.push(frame.length)
  if (open) channel.open()
  const hear = (size: number) => channel.hear(new ArrayBuffer(size))
  return { channel, ended, first, frames, hear, ...channelLink }
}

const frame = (size: number) => new Uint8Array(size)

it('E10 keeps the platform queue short, and says when there is room again', async () => {
  const clock = createVirtualClock()
  const { channel, link } = openLink()
  for (let i = 0; i < 40; i++) link.send(frame(65_536))
  expect(channel.sent).toHaveLength(16)
  expect(link.queuedBytes()).toBe(40 * 65_536)
  let drained = false
  void link.drained().then(() => {
    drained = true
  })
  for (const expected of [false, false, true]) {
    channel.leave()
    await clock.settle()
    expect(drained).toBe(expected)
    if (!drained) expect(channel.bufferedAmount).toBeGreaterThan(0)
  }
  expect(channel.sent).toHaveLength(40)
})

it('frames wait for the channel to open, in order', () => {
  const { channel, link } = openLink({ open: false })
  link.send(frame(1))
  link.send(frame(2))
  expect(channel.sent).toEqual([])
  channel.open()
  expect(channel.sent).toEqual([frame(1), frame(2)])
})

it('R1 the first messages are the handshake, and frames wait until it is over', () => {
  const { first, frames, hear, start } = openLink({ firstMessages: 2 })
  for (const size of [1, 2, 3, 4]) hear(size)
  expect([first, frames]).toEqual([[1, 2], []])
  start()
  hear(5)
  expect(frames).toEqual([3, 4, 5])
})

it('R1 who floods before the handshake is over is cut off', () => {
  const { ended, hear } = openLink()
  for (let i = 0; i < 17; i++) hear(65_536)
  expect(ended).toEqual(['too-much-too-early'])
})

it('E10 a frame above 64 KiB ends the link, and is a bug to send', () => {
  const { link, ended, frames, hear, start } = openLink()
  start()
  hear(65_536)
  expect(() => link.send(frame(65_537))).toThrow('64 KiB')
  hear(65_537)
  expect([frames, ended]).toEqual([[65_536], ['frame-too-long']])
})

it('a sender that never looks at the queue loses the link, not the memory', () => {
  const { link, ended } = openLink({ open: false })
  for (let i = 0; i < 1025; i++) link.send(frame(65_536))
  expect([ended, link.queuedBytes()]).toEqual([['queue-overflow'], 0])
})

it('closing tells both once, drains who waits, and ignores what follows', async () => {
  const { channel, link, ended, hear, frames, start } = openLink()
  const reasons: string[] = []
  link.onClose = (reason) => reasons.push(reason)
  start()
  for (let i = 0; i < 40; i++) link.send(frame(65_536))
  const drained = link.drained()
  link.close('done')
  link.close('again')
  channel.dispatchEvent(new Event('close'))
  hear(1)
  link.send(frame(1))
  await drained
  expect([reasons, ended, frames]).toEqual([['done'], ['done'], []])
})

it('a channel that fails to send ends the link', () => {
  const { channel, link, ended } = openLink()
  channel.send = () => {
    throw new Error('OperationError')
  }
  link.send(frame(1))
  expect(ended).toEqual(['send-failed'])
})

it('D3 silence is noticed after three unanswered pings, and any word breaks it', () => {
  const { channel, ping } = openLink()
  for (let i = 0; i < SILENT_PINGS; i++) expect(ping()).toBe(true)
  channel.hear('pong')
  for (let i = 0; i < SILENT_PINGS; i++) expect(ping()).toBe(true)
  expect(ping()).toBe(false)
})

it('D3 a ping is answered, other text is ignored', () => {
  const { channel, frames, start } = openLink()
  start()
  channel.hear('ping')
  channel.hear('anything')
  expect([channel.sent, frames]).toEqual([['pong'], []])
})
