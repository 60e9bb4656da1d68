import { describe, expect, it } from 'vitest'
import {
  chooseProfile,
  databaseInUse,
  openPlaceStore,
  readProfilePlaces,
  startAnotherProfile,
} from '#lib/host/profile-places'

function createStore(text?: string) {
  const values = new Map(text === undefined ? [] : [['waxwing/profile', text]])
  return {
    getItem: (name: string) => values.get(name) ?? null,
    setItem: (name: string, value: string) => void values.set(name, value),
  }
}

describe('profile places', () => {
  it('V4 starts anew beside what is locked, and finds the way back', () => {
    const store = createStore()
    expect(databaseInUse(store)).toBe('waxwing')
    expect(startAnotherProfile(store)).toBe(true)
    expect(databaseInUse(store)).toBe('waxwing-2')
    chooseProfile(store, 1)
    expect([databaseInUse(store), readProfilePlaces(store)]).toEqual(['waxwing', { current: 1, count: 2 }])
    startAnotherProfile(store)
    expect(databaseInUse(store)).toBe('waxwing-3')
  })

  it('V4 takes the first profile where nothing readable says otherwise', () => {
    for (const text of ['', '0/0', '3/2', '2', '1/1/1', '-1/2', '2/100', 'waxwing-2'])
      expect(readProfilePlaces(createStore(text))).toEqual({ current: 1, count: 1 })
    const store = createStore('1/2')
    for (const wanted of [0, 3, Number.NaN]) chooseProfile(store, wanted)
    expect(readProfilePlaces(store)).toEqual({ current: 1, count: 2 })
  })

  it('V4 overwrites no profile when there are very many', () => {
    const store = createStore('1/99')
    expect(startAnotherProfile(store)).toBe(false)
    expect(databaseInUse(store)).toBe('waxwing')
  })

  it('V4 knows of one profile where the browser keeps nothing for the site', () => {
    const store = openPlaceStore(() => {
      throw new DOMException('Access is denied', 'SecurityError')
    })
    expect(readProfilePlaces(store)).toEqual({ current: 1, count: 1 })
    expect(databaseInUse(store)).toBe('waxwing')
  })
})
