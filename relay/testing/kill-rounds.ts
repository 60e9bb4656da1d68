import { toHex } from '#lib/base/bytes'
import { makeBlobs } from '#relay/testing/make-blobs'
import { enterOwnRoom, freshSeed } from '#relay/testing/owner'
import { type BuiltRelay, readWholeRoom } from '#relay/testing/relay-process'

export interface KillRounds {
  /** What clients wrote down as confirmed, by hash. */
  readonly confirmed: ReadonlyMap<string, number>
  /** What the relay has in the end. */
  readonly kept: readonly { readonly cursor: number; readonly hash: string }[]
}

const BLOBS = 400
/** Confirmed in a round before the relay is killed in the middle of the rest. */
const ENOUGH = 40

/** Starts a relay so many times and kills it while somebody writes. */
export async function killInTheMiddle(
  relays: BuiltRelay,
  env: Readonly<Record<string, string>>,
  rounds: number,
): Promise<KillRounds> {
  const seed = freshSeed()
  const confirmed = new Map<string, number>()
  for (let round = 0; round < rounds; round++) {
    const relay = await relays.start(env)
    const owner = await enterOwnRoom(relay.url, seed)
    const before = confirmed.size
    const many = new Promise<void>((resolve) => {
      owner.onFrame = (frame) => {
        if (frame.type !== 'stored') return
        for (const { hash, cursor } of frame.items) confirmed.set(toHex(hash), cursor)
        if (confirmed.size >= before + ENOUGH + (round % 7) * 30) resolve()
      }
    })
    for (const bytes of await makeBlobs(BLOBS, round)) owner.send({ type: 'put', blobs: [bytes] })
    await many
    await relay.stop('SIGKILL')
  }
  const relay = await relays.start(env)
  const kept = await readWholeRoom(relay.url, seed)
  await relay.stop('SIGTERM')
  return { confirmed, kept }
}
