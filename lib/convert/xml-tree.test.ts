import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseXml, textIn } from '#lib/convert/xml-tree'

describe('XML as a tree', () => {
  it('has elements, attributes, text and character data', () => {
    const root = parseXml(
      '\ufeff<?xml version="1.0"?><!-- c --><a:r x="1 &lt; 2" y=\'&#65;&#x42;\'>t &amp; <b/><![CDATA[<c>]]></a:r>',
    )
    expect(root?.name).toBe('a:r')
    expect([...(root?.attributes ?? [])]).toEqual([
      ['x', '1 < 2'],
      ['y', 'AB'],
    ])
    expect(root && textIn(root)).toBe('t & <c>')
  })
  it.each(['', 'x', '<a>', '<a></b>', '<a', '<a><!-- </a>', '</a>', '<a b="<"/>'])('is none of %j', (text) => {
    expect(parseXml(text)).toBeUndefined()
  })
  it('attack: takes no document type, so that no entity grows or fetches', () => {
    const bomb =
      '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;"><!ENTITY d SYSTEM "file:///etc/passwd">]><a>&c;&d;</a>'
    expect(parseXml(bomb)).toBeUndefined()
    expect(textIn(parseXml('<a>&c;&#0;&#xd800;</a>') ?? { name: '', attributes: new Map(), children: [] })).toBe('&c;')
  })
  it('attack: is refused where it nests without end, and read in one pass whatever it is', () => {
    expect(parseXml('<a>'.repeat(100_000))).toBeUndefined()
    for (const piece of ['<a b="', "<a b='c' ", '<a ', '&#', '<!--', '<a>&lt;</a>'])
      parseXml(`<r>${piece.repeat(100_000)}`)
  })
  it('attack: any text is survived', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '/', 'a', '"', '=', ' ', '&', ';', '!', '-') }),
        (text) => void parseXml(text),
      ),
    )
  })
})
