import type { DeliveryPerson, DeliveryView, PillState } from '#lib/session/session-view'
import { count, list, momentAgo } from '#lib/words/count-words'

/** What the pill says: at most five words, true at this moment. */
export function pillWords(pill: PillState): string {
  switch (pill.type) {
    case 'not-saved-yet':
      return 'Nothing written yet'
    case 'saving':
      return 'Saving…'
    case 'saved-here':
      return 'Saved on this device'
    case 'everyone':
      return pill.viaRelay ? 'Everyone has this (via relay)' : 'Everyone has this'
    case 'files-waiting':
      return 'Files on their way'
    case 'some':
      return `Sent to ${pill.have} of ${pill.of}`
    case 'offline':
      return pill.waiting === 0 ? 'Offline' : `Offline, ${count(pill.waiting, 'edit')} waiting`
    case 'connecting':
      return 'Connecting…'
    case 'caught-up':
      return 'Caught up'
    case 'blocked':
      return `Blocked ${count(pill.count, 'change')}`
    case 'storage-unsafe':
      return 'Not safe yet'
    case 'storage-full':
      return 'Storage is full'
    case 'ended':
      return 'Not in this workspace'
  }
}

/** Whether something waits: the tail band, and the dot before the window's title. */
export function isWaiting(pill: PillState): boolean {
  switch (pill.type) {
    case 'saving':
    case 'some':
    case 'files-waiting':
    case 'storage-unsafe':
    case 'storage-full':
      return true
    case 'offline':
      return pill.waiting > 0
    default:
      return false
  }
}

/** A person's name, or what to call somebody who gave none. */
export const nameOf = (person: { readonly name: string }): string => person.name || 'Someone'

const isSilent = (person: DeliveryPerson) =>
  person.devices.length > 0 && person.devices.every((device) => device.silent)

function seenAt(person: Pick<DeliveryPerson, 'devices'>): number | undefined {
  const moments = person.devices.flatMap((device) => (device.seenAt === undefined ? [] : [device.seenAt]))
  return moments.length === 0 ? undefined : Math.max(...moments)
}

/** Beside a person's name: how they are connected, or when they were last seen. */
export function reachWords(person: DeliveryPerson, now: number): string {
  if (person.me) return 'this device'
  if (person.devices.some((device) => device.link === 'direct')) return 'direct'
  if (person.devices.some((device) => device.link === 'relay')) return 'via relay'
  const seen = seenAt(person)
  if (seen === undefined) return 'not seen yet'
  return isSilent(person) ? `silent since ${momentAgo(seen, now)}` : `last seen ${momentAgo(seen, now)}`
}

interface Late {
  readonly name: string
  readonly isMany: boolean
  readonly behind: number
  readonly devices: DeliveryPerson['devices']
}

const otherDevicesOfMine = ({ people }: DeliveryView) =>
  people.find((person) => person.me)?.devices.filter((device) => !device.thisOne) ?? []

const ownName = (devices: number): string => (devices === 1 ? 'your other device' : 'your other devices')

const atStart = (words: string): string => words.replace(/^your other/, 'Your other')

/** Whoever is counted and lacks something, the reader's other devices too. */
function lateOf(delivery: DeliveryView): readonly Late[] {
  const others = delivery.people.filter((person) => !person.me && person.behind > 0 && !isSilent(person))
  const own = otherDevicesOfMine(delivery).filter((device) => !device.silent)
  const ownBehind = own.length === 0 ? 0 : Math.min(...own.map(({ behind }) => behind))
  return [
    ...others.map((person) => ({ ...person, name: nameOf(person), isMany: false })),
    ...(ownBehind > 0 ? [{ name: ownName(own.length), isMany: own.length > 1, behind: ownBehind, devices: own }] : []),
  ]
}

function behindWords(delivery: DeliveryView, now: number): string {
  const late = lateOf(delivery)
  const [first] = late
  if (!first) return 'Not every device has been heard of yet.'
  const isLinked = late.every(({ devices }) => devices.some(({ link }) => link === 'direct'))
  const where = whereWords(isLinked, delivery, late.length === 1 && first.behind === 1)
  if (late.length > 1) return `${list(late.map(({ name }) => name))} do not have everything yet. ${where}`
  const seen = seenAt(first)
  const since = isLinked || seen === undefined ? '' : `, last seen ${momentAgo(seen, now)}`
  return `${atStart(first.name)} ${first.isMany ? 'are' : 'is'} ${count(first.behind, 'edit')} behind${since}. ${where}`
}

type Whereabouts = 'under-way' | 'at-relay' | 'to-relay' | 'unreachable' | 'no-room' | 'not-let-in'

/** Where the edits are that somebody lacks. */
function whereabouts(isLinked: boolean, { relay, relayed }: DeliveryView): Whereabouts {
  if (isLinked) return 'under-way'
  if (relayed) return 'at-relay'
  switch (relay) {
    case 'connected':
      return 'to-relay'
    case 'full':
      return 'no-room'
    case 'refused':
      return 'not-let-in'
    case 'connecting':
    case 'away':
      return 'unreachable'
  }
}

function whereWords(isLinked: boolean, delivery: DeliveryView, isOne: boolean): string {
  const [way, wait, them] = isOne
    ? ['It is on its way', 'It waits', 'it']
    : ['They are on their way', 'They wait', 'them']
  switch (whereabouts(isLinked, delivery)) {
    case 'under-way':
      return `${way}.`
    case 'at-relay':
      return `${wait}, encrypted, at the relay.`
    case 'to-relay':
      return `${way} to the relay.`
    case 'unreachable':
      return `${wait} on this device for a connection.`
    case 'no-room':
      return `${wait} on this device: the relay has no room for ${them}.`
    case 'not-let-in':
      return `${wait} on this device: the relay does not let it in.`
  }
}

/** Beside a device: what it lacks, and where that is. */
export function deviceWords(
  { thisOne, behind, link }: DeliveryPerson['devices'][number],
  delivery: DeliveryView,
): string {
  if (thisOne) return 'Saved'
  if (behind === 0) return 'Has everything'
  const edits = count(behind, 'edit')
  const [way, wait] = behind === 1 ? ['on its way', 'waits'] : ['on their way', 'wait']
  switch (whereabouts(link === 'direct', delivery)) {
    case 'under-way':
      return `${edits} ${way}`
    case 'at-relay':
      return `${edits} ${wait} at the relay`
    case 'to-relay':
      return `${edits} ${way} to the relay`
    default:
      return `${edits} ${wait} here`
  }
}

function everyoneWords(delivery: DeliveryView): string {
  const others = delivery.people.filter((person) => !person.me && !isSilent(person)).map(nameOf)
  const ownDevices = otherDevicesOfMine(delivery).filter((device) => !device.silent)
  const own = ownDevices.length === 0 ? [] : [ownName(ownDevices.length)]
  const names = [...others, ...own]
  if (names.length === 0) return 'Nothing is missing anywhere.'
  return `${atStart(list(names))} ${names.length === 1 && ownDevices.length < 2 ? 'is' : 'are'} up to date.`
}

function silentWords(delivery: DeliveryView): string {
  const others = delivery.people.filter((person) => !person.me && isSilent(person)).map(nameOf)
  const own = otherDevicesOfMine(delivery).filter((device) => device.silent).length
  if (others.length + own === 0) return ''
  const ofMine = own === 0 ? [] : [own === 1 ? 'one of your devices' : `${own} of your devices`]
  const isOne = others.length + own === 1
  const who = list([...others, ...ofMine]).replace(/^one of/, 'One of')
  return ` ${who} ${isOne ? 'was' : 'were'} not heard of for 30 days and ${isOne ? 'is' : 'are'} not counted.`
}

/** When the browser was asked to keep this site's data and would not. */
export const STORAGE_DENIED =
  'The browser did not allow it. Add Waxwing to your bookmarks or install it and ask again, or download a backup.'

/** The sentence under the pill's words in the delivery panel. `now` in milliseconds since 1970. */
export function pillDetail(delivery: DeliveryView, now: number): string {
  const { pill } = delivery
  switch (pill.type) {
    case 'not-saved-yet':
      return 'Just type. Nothing is kept before the first key.'
    case 'saving':
      return 'On its way to this device’s disk.'
    case 'saved-here':
      return `Only you have this. Invite someone or download a backup.${pill.copied ? ' An encrypted copy is at the relay.' : ''}${silentWords(delivery)}`
    case 'everyone':
      return pill.viaRelay
        ? `No direct connection came about; contents stay encrypted.${silentWords(delivery)}`
        : `${everyoneWords(delivery)}${silentWords(delivery)}`
    case 'files-waiting':
      return 'Everyone has your words. Pictures or files of yours are still going up to the relay.'
    case 'some':
      return `${behindWords(delivery, now)}${silentWords(delivery)}`
    case 'offline':
      if (pill.waiting === 0) return 'Keep writing. Everything merges by itself when you are back.'
      return `Keep writing. ${pill.waiting === 1 ? 'It merges by itself' : 'They merge by themselves'} when you are back.`
    case 'connecting':
      return 'Trying direct, then relay.'
    case 'caught-up':
      return `${pill.sent} of yours sent, ${pill.received} received.`
    case 'blocked':
      return pill.count === 1
        ? 'A change that no member may make was refused. It reached none of your pages.'
        : 'Changes that no member may make were refused. They reached none of your pages.'
    case 'storage-unsafe':
      return 'The browser may clear this site’s data. Allow storage or download a backup.'
    case 'storage-full':
      return 'This device has no room left. Free some space; until then your newest words are only in this window.'
    case 'ended':
      return 'What this device has stays readable. Nothing new arrives.'
  }
}
