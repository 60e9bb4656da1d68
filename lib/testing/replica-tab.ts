/** A tab's document of one channel over a replica, without a leader between: a test says when it is there and answers. */
import { XmlElement, XmlText } from 'yjs'
import { toHex } from '#lib/base/bytes'
import type { ChannelName } from '#lib/base/ids'
import { err, ok } from '#lib/base/result'
import type { HostClient } from '#lib/host/host-protocol'
import { readSetAside, writeAnew } from '#lib/host/set-aside-view'
import { entryKind } from '#lib/protocol/entry-kind'
import { createChannelDoc } from '#lib/session/channel-doc'
import { reenterIn } from '#lib/session/page-text'
import type { createOfflineTeam } from '#lib/testing/offline-team'
import { createVirtualClock } from '#lib/testing/virtual-clock'

type Member = Awaited<ReturnType<Awaited<ReturnType<typeof createOfflineTeam>>['start']>>

/** A tab of somebody's, over their replica; `leader`: whether it is there to take what is typed, and to say so. */
export async function openTab(name: ChannelName, { replica, device }: Pick<Member, 'replica' | 'device'>, slot = 0) {
  const clock = createVirtualClock()
  const leader = { reachable: true, answers: true }
  const mayWrite = () => {
    const state = replica.membership.current()
    const person = state?.devices.get(toHex(device))?.person
    return person !== undefined && state?.members.get(toHex(person))?.role !== 'viewer'
  }
  const host: HostClient = {
    async open(channelName) {
      const opened = await replica.open(channelName)
      if (!opened.ok) return undefined
      opened.value.release()
      return { state: opened.value.state, clients: mayWrite() ? opened.value.slots : [], newerVersion: false }
    },
    async append(channel, payload) {
      if (!leader.reachable) return err({ type: 'nobody-leads' })
      const done = await replica.append({ channel, kind: entryKind.update, payload })
      if (!leader.answers) return err({ type: 'nobody-leads' })
      return done.ok ? ok(undefined) : done
    },
    authors: async () => [],
    async run(command) {
      if (!leader.reachable) return err({ type: 'nobody-leads' })
      if (command.type === 'read-set-aside') return readSetAside(replica, command.id)
      if (command.type !== 'keep-under' && command.type !== 'write-anew') return err({ type: 'not-allowed' })
      const done =
        command.type === 'write-anew'
          ? await writeAnew(replica, command)
          : await replica.keepUnder(command.channel, command.updates)
      if (!leader.answers) return err({ type: 'nobody-leads' })
      return done.ok ? ok({ type: 'done' }) : done
    },
    view: async () => undefined,
    reportPending() {},
    showPresence() {},
  }
  const channel = createChannelDoc({
    ...{ name, host, clock, slot, held: false, reenter: reenterIn(name) },
    onPending() {},
    onReplaced() {},
    onTrouble() {},
  })
  await channel.load()
  return {
    host,
    channel,
    leader,
    clock,
    async type(words: string) {
      channel.userEdit(() => {
        channel
          .doc()
          .getXmlFragment('body')
          .push([paragraphOf(words)])
      })
      await channel.flush()
    },
    async reload() {
      await channel.reload()
      await clock.advance(3000)
      await channel.flush()
    },
  }
}

export function paragraphOf(words: string): XmlElement {
  const paragraph = new XmlElement('paragraph')
  paragraph.insert(0, [new XmlText(words)])
  return paragraph
}
