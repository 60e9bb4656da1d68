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

function seenAt(person: DeliveryPerson): number | undefined {
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

/** Where the edits are that somebody lacks. */
function whereWords({ relay, relayed }: DeliveryView): string {
  if (relayed) return 'They wait, encrypted, at the relay.'
  return relay === 'connected' ? 'They are on their way to the relay.' : 'They wait on this device for a connection.'
}

function behindWords(delivery: DeliveryView, now: number): string {
  const late = delivery.people.filter((person) => !person.me && person.behind > 0 && !isSilent(person))
  const where = whereWords(delivery)
  const [first] = late
  if (!first) return where
  if (late.length > 1) return `${list(late.map(nameOf))} do not have everything yet. ${where}`
  const seen = seenAt(first)
  const since = seen === undefined ? '' : `, last seen ${momentAgo(seen, now)}`
  return `${nameOf(first)} is ${count(first.behind, 'edit')} behind${since}. ${where}`
}

function everyoneWords(delivery: DeliveryView): string {
  const others = delivery.people.filter((person) => !person.me && !isSilent(person)).map(nameOf)
  const ownDevices = delivery.people.find((person) => person.me)?.devices.filter((device) => !device.thisOne) ?? []
  const own = ownDevices.length === 0 ? [] : [ownDevices.length === 1 ? 'your other device' : 'your other devices']
  const names = [...others, ...own]
  if (names.length === 0) return 'Nothing is missing anywhere.'
  return `${list(names)} ${names.length === 1 && ownDevices.length < 2 ? 'is' : 'are'} up to date.`
}

function silentWords(delivery: DeliveryView): string {
  const silent = delivery.people.filter((person) => !person.me && isSilent(person)).map(nameOf)
  if (silent.length === 0) return ''
  return ` ${list(silent)} ${silent.length === 1 ? 'was' : 'were'} not heard of for 30 days and ${silent.length === 1 ? 'is' : 'are'} not counted.`
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
      return `Only you have this. Invite someone or download a backup.${delivery.relayed ? ' An encrypted copy is at the relay.' : ''}${silentWords(delivery)}`
    case 'everyone':
      return pill.viaRelay
        ? `No direct connection came about; contents stay encrypted.${silentWords(delivery)}`
        : `${everyoneWords(delivery)}${silentWords(delivery)}`
    case 'files-waiting':
      return 'Everyone has your words. Pictures or files of yours are still going up to the relay.'
    case 'some':
      return `${behindWords(delivery, now)}${silentWords(delivery)}`
    case 'offline':
      return pill.waiting === 0
        ? 'Keep writing. Everything merges by itself when you are back.'
        : 'Keep writing. They merge by themselves when you are back.'
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
