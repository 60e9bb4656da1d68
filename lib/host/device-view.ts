import { toBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import type { DeliveryView } from '#lib/delivery/delivery-view'
import type { MembershipState } from '#lib/workspace/membership-state'

/** A device of this person in the workspace on screen. */
export interface DeviceView {
  /** base64url. */
  readonly id: string
  /** '' until it gave itself one. */
  readonly name: string
  readonly thisOne: boolean
  /** It is connected now. */
  readonly here: boolean
  /** Milliseconds since 1970 of the newest signed receipt; undefined if none ever came. */
  readonly seenAt?: number
}

/** The active devices of the person whose device `own` is. */
export function devicesOf(state: MembershipState, own: DeviceId, delivery: DeliveryView): readonly DeviceView[] {
  const person = state.devices.get(toHex(own))?.person
  const roads = new Map(delivery.people.flatMap(({ devices }) => devices.map((device) => [device.id, device])))
  return (state.members.get(toHex(person ?? new Uint8Array()))?.devices ?? []).map(({ device, name }) => {
    const id = toBase64Url(device)
    const road = roads.get(id)
    const thisOne = sameBytes(device, own)
    const here = thisOne || (road !== undefined && road.link !== 'none')
    return { id, name, thisOne, here, ...(road?.seenAt === undefined ? {} : { seenAt: road.seenAt }) }
  })
}
