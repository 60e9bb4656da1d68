import { DATABASE_NAME } from '#lib/storage/indexeddb-storage'

/**
 * A browser can keep several profiles side by side, each in a database of its own: whoever forgot a passphrase starts
 * anew without deleting what it locks (V4). They are counted from 1, and only one is in use.
 */
export interface ProfilePlaces {
  readonly current: number
  readonly count: number
}

/** The few bytes of `localStorage` that this needs. */
export interface PlaceStore {
  getItem(name: string): string | null
  setItem(name: string, value: string): void
}

/** What `open` gives; where the browser keeps nothing for this site and refuses, one that forgets. */
export function openPlaceStore(open: () => PlaceStore): PlaceStore {
  try {
    return open()
  } catch {
    return { getItem: () => null, setItem() {} }
  }
}

const NAME = 'waxwing/profile'
const MOST = 99

/** Anything unreadable counts as the first and only one. */
export function readProfilePlaces(store: PlaceStore): ProfilePlaces {
  const [, current, count] = /^(\d{1,2})\/(\d{1,2})$/.exec(store.getItem(NAME) ?? '')?.map(Number) ?? []
  return current && count && current <= count ? { current, count } : { current: 1, count: 1 }
}

/** The database of the profile in use. */
export function databaseInUse(store: PlaceStore): string {
  const { current } = readProfilePlaces(store)
  return current === 1 ? DATABASE_NAME : `${DATABASE_NAME}-${current}`
}

/** From the next opening on a profile that does not exist yet is in use; `false`: there are too many. */
export function startAnotherProfile(store: PlaceStore): boolean {
  const { count } = readProfilePlaces(store)
  if (count >= MOST) return false
  store.setItem(NAME, `${count + 1}/${count + 1}`)
  return true
}

/** From the next opening on this one is in use. */
export function chooseProfile(store: PlaceStore, wanted: number): void {
  const { count } = readProfilePlaces(store)
  if (wanted >= 1 && wanted <= count) store.setItem(NAME, `${wanted}/${count}`)
}
