/** Which relays a workspace uses (R3, R5): an owner names another, or one no more. */
import type { Clock } from '#lib/base/clock'
import type { DeviceId, EntryId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { AppendFailure } from '#lib/host/host-protocol'
import { syncAddress } from '#lib/host/places'
import type { MakeOperation } from '#lib/host/write-operation'
import type { RelayKey } from '#lib/protocol/door'
import { createRoadReader } from '#lib/sync/relay-road'
import type { Link } from '#lib/transport/link'
import { roleOfDevice } from '#lib/workspace/authorize'
import type { RelayPlace } from '#lib/workspace/operation'
import { MAX_RELAYS } from '#lib/workspace/operation-format'

export interface RelayPlaces {
  /** `address` as a person types it; refused where no relay answers there. */
  add(address: string): Promise<Result<EntryId, AppendFailure>>
  /** By its origin; the last one stays. */
  remove(origin: string): Promise<Result<EntryId, AppendFailure>>
}

export interface RelayPlacesOptions {
  readonly device: DeviceId
  /** Is the root of a room that it names. */
  readonly relayKey: RelayKey
  readonly random: Random
  readonly clock: Clock
  readonly connect: (url: string) => Promise<Link>
  operate(make: MakeOperation): Promise<Result<EntryId, AppendFailure>>
}

const PATIENCE_MS = 10_000

/** `relay.example` and `https://relay.example/anything` are one; without encryption only this machine is taken. */
export function originOfAddress(address: string): string | undefined {
  const text = address.trim()
  const whole = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`
  if (text === '' || !URL.canParse(whole)) return undefined
  const { protocol, hostname, origin } = new URL(whole)
  const isHere = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
  return protocol === 'https:' || (protocol === 'http:' && isHere) ? origin : undefined
}

export function createRelayPlaces({
  device,
  relayKey,
  random,
  clock,
  connect,
  operate,
}: RelayPlacesOptions): RelayPlaces {
  /** Whether a relay says hello there. */
  async function isRelay(origin: string): Promise<boolean> {
    const link = await connect(syncAddress(origin)).catch(() => undefined)
    if (link === undefined) return false
    const reader = createRoadReader()
    const isGreeted = await new Promise<boolean>((resolve) => {
      const stop = clock.after(PATIENCE_MS, () => resolve(false))
      link.onClose = () => resolve(false)
      link.onFrame = (bytes) => {
        const frame = reader.read(bytes)
        if (frame.ok && frame.value?.type === 'hello') return
        stop()
        resolve(frame.ok && frame.value?.type === 'challenge')
      }
    })
    link.close('bye')
    return isGreeted
  }

  const set = (change: (relays: readonly RelayPlace[]) => Result<readonly RelayPlace[], AppendFailure>) =>
    operate(async ({ state }) => {
      if (roleOfDevice(state, device) !== 'owner') return err({ type: 'not-allowed' })
      const relays = change(state.relays)
      return relays.ok ? ok({ operation: { type: 'relay.set', relays: relays.value } }) : relays
    })

  return {
    async add(address) {
      const origin = originOfAddress(address)
      if (origin === undefined || !(await isRelay(origin))) return err({ type: 'no-relay' })
      const place = { origin, rootKey: relayKey, random: random.bytes(32) }
      return set((relays) =>
        relays.length >= MAX_RELAYS || relays.some((known) => known.origin === origin)
          ? err({ type: 'no-relay' })
          : ok([...relays, place]),
      )
    },
    remove: (origin) =>
      set((relays) => {
        const left = relays.filter((known) => known.origin !== origin)
        if (left.length === relays.length) return err({ type: 'not-found' })
        return left.length === 0 ? err({ type: 'not-allowed' }) : ok(left)
      }),
  }
}
