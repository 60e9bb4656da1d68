/** A leader that holds one document, and tabs of it, without a replica. */
import type { ChannelName } from '#lib/base/ids'
import { ok, type Result } from '#lib/base/result'
import { encodeState } from '#lib/document/encode-state'
import { applyAccepted, createQuietDoc } from '#lib/document/quiet-doc'
import type { AppendFailure, HostClient } from '#lib/host/host-protocol'
import { createChannelDoc } from '#lib/session/channel-doc'
import { createVirtualClock } from '#lib/testing/virtual-clock'

const NAME = new Uint8Array(20) as ChannelName

/** A leader that holds one document; `answer` decides what becomes of the next append. */
export function createLeader() {
  const doc = createQuietDoc()
  const leader = {
    host: {} as HostClient,
    doc,
    answers: true,
    clients: [101, 102],
    appended: [] as Uint8Array[],
    answer: async (): Promise<Result<void, AppendFailure>> => ok(undefined),
    text: () => doc.getText('t').toString(),
  }
  leader.host = {
    open: async () =>
      leader.answers ? { state: encodeState(doc), clients: leader.clients, newerVersion: false } : undefined,
    async append(_, update) {
      const answered = await leader.answer()
      if (!answered.ok) return answered
      leader.appended.push(update)
      applyAccepted(doc, update)
      return answered
    },
    authors: async () => [],
    run: async () => ok({ type: 'done' }),
    view: async () => undefined,
    reportPending() {},
    showPresence() {},
  }
  return leader
}
export type Leader = ReturnType<typeof createLeader>

/** A tab that has read it. */
export async function openTab(parts: { held?: boolean; leader?: Leader; slot?: number } = {}) {
  const clock = createVirtualClock()
  const leader = parts.leader ?? createLeader()
  const { host } = leader
  let replaced = 0
  const channel = createChannelDoc({
    name: NAME,
    host,
    clock,
    slot: parts.slot ?? 0,
    held: parts.held ?? false,
    onPending() {},
    onReplaced() {
      replaced++
    },
    onTrouble() {},
    reenter(before, fresh) {
      fresh.getText('t').delete(0, fresh.getText('t').length)
      fresh.getText('t').insert(0, before.getText('t').toString())
    },
  })
  if (!(await channel.load())) throw new Error('not opened')
  const type = (words: string) =>
    channel.userEdit(() => channel.doc().getText('t').insert(channel.doc().getText('t').length, words))
  return { channel, leader, clock, type, replaced: () => replaced }
}
