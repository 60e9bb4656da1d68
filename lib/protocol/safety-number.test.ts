import { describe, expect, it } from 'vitest'
import { utf8 } from '#lib/base/bytes'
import type { PersonId, WorkspaceId } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import { readSafetyCode, safetyCode, safetyNumber, workspaceWords } from '#lib/protocol/safety-number'

const named = <T extends Uint8Array>(name: string) => hash(utf8(name)) as Uint8Array as T
const workspaceId = named<WorkspaceId>('workspace')
const [alice, bob, carol, mallory] = ['alice', 'bob', 'carol', 'mallory'].map((name) => named<PersonId>(name))
if (!alice || !bob || !carol || !mallory) throw new Error('four people')

describe('a safety number', () => {
  it('V5 is sixty digits in twelve groups, the same for both', () => {
    const number = safetyNumber(workspaceId, alice, bob)
    expect(number.join(' ')).toMatch(/^(\d{5} ){11}\d{5}$/)
    expect(safetyNumber(workspaceId, bob, alice)).toEqual(number)
  })

  it('V5 attack 50: is another one with another key in the place of either, or in another workspace', () => {
    const true_ = safetyNumber(workspaceId, alice, bob)
    const others = [
      safetyNumber(workspaceId, alice, mallory),
      safetyNumber(workspaceId, mallory, bob),
      safetyNumber(named<WorkspaceId>('another'), alice, bob),
      safetyNumber(workspaceId, alice, alice),
    ]
    for (const other of others) expect(other.filter((group, i) => group === true_[i])).toHaveLength(0)
  })

  it('V5 is read back from its code, and from nothing else', () => {
    const number = safetyNumber(workspaceId, alice, bob)
    expect(readSafetyCode(safetyCode(number))).toBe(number.join(''))
    const digits = number.join('')
    for (const text of ['', digits, `${safetyCode(number)}1`, `WAXWING SAFETY 2 ${digits}`, 'https://waxwing.example'])
      expect(readSafetyCode(text)).toBeUndefined()
  })
})

describe('the words of a workspace', () => {
  it('V5 are eight words over the workspace and everybody in it, in any order', () => {
    const words = workspaceWords(workspaceId, [alice, bob, carol])
    expect(words).toHaveLength(8)
    expect(workspaceWords(workspaceId, [carol, alice, bob])).toEqual(words)
  })

  it('V5 attack 54: differ for people to whom two worlds are shown', () => {
    const words = workspaceWords(workspaceId, [alice, bob, carol]).join(' ')
    const views = [
      workspaceWords(workspaceId, [alice, bob]),
      workspaceWords(workspaceId, [alice, bob, mallory]),
      workspaceWords(workspaceId, [alice, bob, carol, mallory]),
      workspaceWords(named<WorkspaceId>('another'), [alice, bob, carol]),
    ]
    expect(views.map((view) => view.join(' '))).not.toContain(words)
  })
})
