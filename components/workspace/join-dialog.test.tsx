import { describe, expect, it } from 'vitest'
import { joinAddress } from '#components/workspace/join-dialog'

const here = 'https://team.example'

describe('pasted invitation', () => {
  it('opens on this site, with and without the scheme or spaces around it', () => {
    for (const link of [
      'https://team.example/join#1.a.b',
      ' team.example/join#1.a.b\n',
      'http://team.example/join/#1.a.b',
    ]) {
      expect(joinAddress(link, here)).toBe('/join/#1.a.b')
    }
  })

  it('opens at its own site when it is for another one', () => {
    expect(joinAddress('https://other.example/join#1.a.b', here)).toBe('https://other.example/join#1.a.b')
  })

  it('I7 takes six words, however they are typed', () => {
    expect(joinAddress(' Otter lantern, north  plum\nribbon-stove ', here)).toBe(
      '/join/#otter-lantern-north-plum-ribbon-stove',
    )
    expect(joinAddress('otter lantern north plum ribbon', here)).toBeUndefined()
  })

  it('refuses everything that is no invitation', () => {
    for (const text of [
      '',
      'hello',
      'https://team.example/',
      'team.example/join',
      'javascript:alert(1)//join#1',
      'https://',
    ]) {
      expect(joinAddress(text, here)).toBeUndefined()
    }
  })
})
