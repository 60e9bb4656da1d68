import { expect, it } from 'vitest'
import { schema } from '#lib/schema/schema'
import { withPresentNames } from '#lib/session/present-names'

const [bo, plan, gone] = ['b', 'p', 'g'].map((letter) => letter.repeat(22)) as [string, string, string]
const mention = (kind: string, id: string, name: string) => schema.node('mention', { kind, id, name })

it('gives mentions of people and pages the name of the day, wherever they stand, and keeps what nobody knows', () => {
  const bold = [schema.marks.bold.create()]
  const line = schema.node('paragraph', null, [
    mention('person', bo, 'Bert').mark(bold),
    schema.text(' on '),
    mention('page', plan, 'Old plan'),
    mention('person', gone, 'Gus'),
    mention('page', gone, 'Lost'),
    mention('page', 'no id', 'x'),
  ])
  const doc = schema.node('doc', null, [
    schema.node('list', { kind: 'bullet' }, [line]),
    schema.node('horizontal_rule'),
  ])
  const named = withPresentNames(doc, {
    nameOf: (id) => (id === bo ? 'Bo' : undefined),
    titleOf: (id) => (id === plan ? 'New plan' : ''),
  })
  const shown = named.textBetween(0, named.content.size, '', (leaf) => leaf.type.spec.leafText?.(leaf) ?? '')
  expect(shown).toBe('@Bo on New plan@GusLostx')
  expect(named.firstChild?.firstChild?.firstChild?.marks).toEqual(bold)
  expect(named.lastChild).toBe(doc.lastChild)
})
