import { setTimeout as wait } from 'node:timers/promises'
import * as bc from 'lib0/broadcastchannel'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { countedRtcPlatform } from '#bench/counted-webrtc'
import { lettersOf, type RoomOfPeers, sharedText } from '#bench/room-of-peers'
import { freshWebrtcProvider } from '#lib/testing/node-webrtc'

const ROOM = 'bench'
const LOOK_MS = 50
const PATIENCE_MS = 3000
const APART_MS = 300

/** Of y-webrtc's room, what it does not declare. */
interface StockRoom {
  bcconnected: boolean
  readonly _bcSubscriber: (data: ArrayBuffer) => void
  readonly webrtcConns: ReadonlyMap<string, { readonly connected: boolean; destroy(): void }>
}

/** One peer, by y-webrtc's own defaults but for where it signals; nothing goes between tabs, as in different browsers. */
export async function sitAsStock(signaling: string, at: number, isMute: boolean, onSend: (message: unknown) => void) {
  const Provider = await freshWebrtcProvider(`stock ${at}`)
  const doc = new Y.Doc()
  const awareness = new Awareness(doc)
  if (isMute) awareness.setLocalState(null)
  else awareness.setLocalStateField('user', { name: `member ${at}` })
  const provider = new Provider(ROOM, doc, {
    signaling: [signaling],
    awareness,
    filterBcConns: false,
    peerOpts: { wrtc: countedRtcPlatform(onSend), config: { iceServers: [] } },
  })
  while (!provider.room) await wait(1)
  const room = provider.room as unknown as StockRoom
  room.bcconnected = false
  bc.unsubscribe(ROOM, room._bcSubscriber)
  const conns = () => [...room.webrtcConns.values()]
  return {
    doc,
    degree: () => conns().filter(({ connected }) => connected).length,
    dropUnmade() {
      for (const conn of conns()) if (!conn.connected) conn.destroy()
    },
  }
}

/**
 * They come one after the other, each when the one before is linked with all. y-webrtc loses calls that cross and waits for ever for
 * what never connects: such connections are ended here, at one end after the other, so that they are made again.
 */
async function openRoom(
  isMute: boolean,
  size: number,
  signaling: string,
  onSend: (message: unknown) => void,
): Promise<RoomOfPeers> {
  const people: Awaited<ReturnType<typeof sitAsStock>>[] = []
  while (people.length < size) {
    people.push(await sitAsStock(signaling, people.length, isMute, onSend))
    const isLinked = () => people.every(({ degree }) => degree() >= people.length - 1)
    for (let waitedMs = 0; !isLinked(); waitedMs += LOOK_MS) {
      await wait(LOOK_MS)
      if (waitedMs < PATIENCE_MS) continue
      waitedMs = 0
      for (const person of people) {
        person.dropUnmade()
        await wait(APART_MS)
      }
    }
  }
  return {
    async type(at) {
      const { doc } = people[at] ?? {}
      if (!doc) return
      doc.transact(() => {
        const text = sharedText(doc)
        text.insert(text.length, 'a')
      })
    },
    letters: () => people.map(({ doc }) => lettersOf(doc)),
    degrees: () => people.map(({ degree }) => degree()),
  }
}

export const openStockRoom = openRoom.bind(undefined, false)
/** Nobody says where they are, and nobody writes. */
export const openMuteRoom = openRoom.bind(undefined, true)
