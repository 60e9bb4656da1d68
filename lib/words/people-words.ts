import type { DeliveryPerson, DeliveryView, FormerView, KeysView, PersonView } from '#lib/session/session-view'
import { count, list, momentAgo } from '#lib/words/count-words'
import { nameOf } from '#lib/words/pill-words'
import { roleWords } from '#lib/words/role-words'

/** Beside a name: "writer, 2 devices, here now". */
export function memberWords(person: PersonView, devices: number): string {
  const parts = [
    roleWords(person.role).noun,
    ...(devices === 0 ? [] : [count(devices, 'device')]),
    ...(person.online ? ['here now'] : []),
  ]
  return parts.join(', ')
}

const isReached = (device: DeliveryPerson['devices'][number]): boolean => device.thisOne || device.link !== 'none'

/** Of more people than this the first are named, and the others counted. */
const MOST_NAMED = 5

/** "your own, Bo’s and 7 others’" */
function whoseWords(people: readonly DeliveryPerson[]): string {
  const named = people.length > MOST_NAMED ? people.slice(0, MOST_NAMED - 1) : people
  const others = people.length - named.length
  return list([
    ...named.map((person) => (person.me ? 'your own' : `${nameOf(person)}’s`)),
    ...(others > 0 ? [`${others} others’`] : []),
  ])
}

/** "Bo’s device gets them when it wakes." of those whom nothing reaches at the moment. */
function sleepersWords(sleepers: readonly DeliveryPerson[]): string {
  const asleep = sleepers.flatMap(({ devices }) => devices.filter((device) => !isReached(device)))
  const whose = whoseWords(sleepers)
  return asleep.length === 1
    ? `; ${whose} device gets them when it wakes`
    : `; ${whose} devices get them when they wake`
}

/** To how many devices of those who stay the next keys travel at once, and who gets them later. */
export function keysWords(delivery: DeliveryView, leaver: string | undefined): string {
  const staying = delivery.people.filter(({ id }) => id !== leaver)
  const devices = staying.flatMap((person) => person.devices)
  const reached = devices.filter(isReached).length
  if (devices.length <= 1) return 'New keys are made at once.'
  if (reached === devices.length) return `New keys reach all ${devices.length} devices now.`
  const sleepers = staying.filter((person) => person.devices.some((device) => !isReached(device)))
  return `New keys reach ${reached} of ${devices.length} devices now${sleepersWords(sleepers)}.`
}

/**
 * How far the newest keys are known to have come since somebody left, and to whom they travel; undefined where there is nothing
 * to say. `mayRotate`: the reader makes them, too.
 */
export function newestKeysWords(
  delivery: DeliveryView,
  { due, heldBy }: KeysView,
  mayRotate: boolean,
): string | undefined {
  if (due)
    return mayRotate
      ? 'New keys are due. This device makes them in a moment, or another admin’s does.'
      : 'New keys are due. An admin’s device makes them as soon as it is online.'
  const devices = delivery.people.flatMap((person) => person.devices)
  const isWithout = ({ id, thisOne }: DeliveryPerson['devices'][number]) => !thisOne && !heldBy.includes(id)
  const without = devices.filter(isWithout).length
  if (without === 0) return undefined
  const whose = whoseWords(delivery.people.filter((person) => person.devices.some(isWithout)))
  return `The newest keys are known to be on ${devices.length - without} of ${devices.length} devices and still travel to ${whose}. A device that sleeps gets them when it wakes.`
}

/** What removing somebody means, before it is done. */
export function removalWords(person: PersonView, delivery: DeliveryView): string {
  const name = nameOf(person)
  return `${name} loses access to everything written from now on. ${name} keeps what is already on their device. ${keysWords(delivery, person.id)}`
}

/** What removing somebody means who left by themselves. */
export function leaverRemovalWords(person: FormerView): string {
  const name = nameOf(person)
  return `${name} left already. Remove ${name} as well, and what ${name} wrote earlier and has not reached you counts only once somebody keeps it. New keys are made at once.`
}

/** Beside the name of somebody who was here once: "left, 14:02", "removed by Alice, yesterday 14:02". */
export function formerWords({ removedBy, atMs }: FormerView, now: number): string {
  const how = removedBy ? `removed by ${removedBy.isMe ? 'you' : nameOf(removedBy)}` : 'left'
  return `${how}, ${momentAgo(atMs, now)}`
}

/** What leaving means for oneself (I4). */
export const LEAVING =
  'You lose access to everything written from now on. What is already on this device stays here. To come back you need an invitation, and come as somebody new.'

/** Why whoever owns the workspace cannot leave it yet. */
export const OWNER_STAYS =
  'You own this workspace. To leave it, first hand it over to an admin: choose “Make the owner” beside their name.'

/** To an admin beside others. */
export const AMONG_ADMINS = 'You decide about everybody below admin. About admins only the owner does.'

/** What handing the workspace over means. */
export function handOverWords(person: PersonView): string {
  const name = nameOf(person)
  return `${name} then decides about everything and everybody, you too. You stay as an admin, and cannot take it back by yourself.`
}

/** Above the links that end with a removal. */
export function linksWords(person: { readonly name: string }, linksThatEnd: readonly string[]): string {
  const isOne = linksThatEnd.length === 1
  const links = isOne ? 'This invitation ends, too' : 'These invitations end, too'
  return `${links}: ${nameOf(person)} may know of ${isOne ? 'it' : 'them'}, and could come in again by one that you keep. Keep what others still need.`
}
