import WebSocket from 'ws'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { HELLO } from '#lib/protocol/frame-hello'
import { createRoadReader, createRoadWriter, type RoadFrame } from '#lib/sync/relay-road'
import { openRelayLink } from '#lib/transport/relay'
import { openFrame } from '#relay/testing/relay-world'

/** The founder of a room at a real relay, driven by hand. */
export interface Owner {
  send(frame: RoadFrame): void
  /** The next frame of this type, or one that has come already and was not asked for. */
  next<Type extends RoadFrame['type']>(type: Type): Promise<Extract<RoadFrame, { type: Type }>>
  /** Called for every frame. */
  onFrame: ((frame: RoadFrame) => void) | undefined
  readonly closed: Promise<string>
  close(): void
}

const crypto = createNodeCrypto()

/** Enters the room of `seed` (32 bytes) at the relay; the same seed comes to the same room. Rejects when it is closed before. */
export async function enterOwnRoom(relayUrl: string, seed: Uint8Array, Socket = WebSocket): Promise<Owner> {
  const key = await crypto.signingKey(seed)
  const link = await openRelayLink(`${relayUrl.replace('http', 'ws')}/sync`, Socket as never)
  const reader = createRoadReader()
  const write = createRoadWriter((bytes) => link.send(bytes))
  const come: RoadFrame[] = []
  let waiting: { type: string; resolve: (frame: never) => void }[] = []
  const owner: Owner = {
    send: write,
    onFrame: undefined,
    next: (type) =>
      new Promise((resolve) => {
        const at = come.findIndex((frame) => frame.type === type)
        if (at < 0) waiting.push({ type, resolve })
        else resolve(come.splice(at, 1)[0] as never)
      }),
    closed: new Promise((resolve) => {
      link.onClose = resolve
    }),
    close: () => link.close('bye'),
  }
  link.onFrame = (bytes) => {
    const frame = reader.read(bytes)
    if (!frame.ok || frame.value === undefined) return
    const found = waiting.find(({ type }) => type === frame.value?.type)
    waiting = waiting.filter((item) => item !== found)
    if (found) found.resolve(frame.value as never)
    else come.push(frame.value)
    owner.onFrame?.(frame.value)
  }
  const turnedAway = owner.closed.then((reason) => Promise.reject(new Error(`The relay closed: ${reason}`)))
  turnedAway.catch(() => {})
  const { nonce } = await Promise.race([owner.next('challenge'), turnedAway])
  owner.send(HELLO)
  const room = { rootKey: key.publicKey, random: seed }
  owner.send(await openFrame(key, room, nonce, new URL(relayUrl).origin))
  await Promise.race([owner.next('opened'), turnedAway])
  return owner
}

/** 32 bytes that nobody used before. */
export const freshSeed = () => systemRandom.bytes(32)
