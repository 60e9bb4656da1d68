import { describe, expect, it } from 'vitest'
import { toBase64Url } from '#lib/base/base64url'
import { compareScanned, safetyWith, wordsOfWorkspace } from '#lib/session/safety'
import { fakePerson } from '#lib/testing/fake-session'

const idOf = (n: number) => toBase64Url(new Uint8Array(32).fill(n))
const [mara, ana, bo] = [1, 2, 3].map((n) => fakePerson(`${n}`, n, { id: idOf(n) }))
if (!mara || !ana || !bo) throw new Error('three people')
const seenBy = (me: typeof mara) => ({ id: idOf(9), me, members: [mara, ana, bo] })

describe('safety', () => {
  it('V5 shows both of two people the same number, and everybody the same words', () => {
    expect(safetyWith(seenBy(mara), ana.id)).toEqual(safetyWith(seenBy(ana), mara.id))
    expect(safetyWith(seenBy(mara), ana.id)).not.toEqual(safetyWith(seenBy(mara), bo.id))
    expect(wordsOfWorkspace(seenBy(mara))).toEqual(wordsOfWorkspace(seenBy(bo)))
  })

  it('V5 has no number with oneself, nor before anything is written', () => {
    expect(safetyWith(seenBy(mara), mara.id)).toBeUndefined()
    const nobody = fakePerson('', 1, { id: '' })
    expect(safetyWith({ id: idOf(9), me: nobody, members: [nobody] }, ana.id)).toBeUndefined()
    expect(wordsOfWorkspace({ id: idOf(9), me: nobody, members: [nobody] })).toEqual([])
  })

  it('V5 attack 50: takes no other code for the same number', () => {
    const number = safetyWith(seenBy(mara), ana.id)
    const other = safetyWith(seenBy(mara), bo.id)
    if (!number || !other) throw new Error('two numbers')
    expect(compareScanned(number, number.code)).toBe('same')
    expect(compareScanned(number, other.code)).toBe('different')
    for (const text of ['', 'https://example.org', number.groups.join('')])
      expect(compareScanned(number, text)).toBe('no-number')
  })
})
