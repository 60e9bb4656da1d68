import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createProjection } from '#lib/editor/projection'
import { schema } from '#lib/schema/schema'

type Tree =
  | { name: string; attributes: Record<string, unknown>; children: Tree[] }
  | { text: string; marks: Record<string, unknown> }

const anyValue = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant({ href: 'javascript:1' }),
  fc.constant([1]),
)
const anyName = fc.constantFrom(...Object.keys(schema.nodes), 'hologram', '__proto__', 'constructor')
const anyMark = fc.constantFrom(...Object.keys(schema.marks), 'sparkle', '__proto__')
const anyAttribute = fc.constantFrom('level', 'kind', 'checked', 'order', 'language', 'style', 'constructor')
const { tree: anyTree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.record({ text: fc.string(), marks: fc.dictionary(anyMark, anyValue, { maxKeys: 3 }) }),
    fc.record({
      name: anyName,
      attributes: fc.dictionary(anyAttribute, anyValue, { maxKeys: 3 }),
      children: fc.array(tie('tree'), { maxLength: 4 }),
    }),
  ),
}))

function plant(tree: Tree): Y.XmlElement | Y.XmlText {
  if ('text' in tree) {
    const text = new Y.XmlText()
    if (tree.text) text.insert(0, tree.text, tree.marks)
    return text
  }
  const element = new Y.XmlElement(tree.name)
  for (const [name, value] of Object.entries(tree.attributes)) element.setAttribute(name, value as string)
  element.insert(0, tree.children.map(plant))
  return element
}

describe('what a shared body shows', () => {
  it('E11 is a valid page for any content whatever, and nothing is written by looking', () => {
    fc.assert(
      fc.property(fc.array(anyTree, { maxLength: 5 }), (trees) => {
        const doc = new Y.Doc()
        const body = doc.getXmlFragment('body')
        body.insert(0, trees.map(plant))
        const before = Y.encodeStateAsUpdate(doc)
        const page = schema.node('doc', null, [...createProjection(body, schema).blocks()])
        page.check()
        expect(Y.encodeStateAsUpdate(doc)).toEqual(before)
      }),
      { numRuns: 200 },
    )
  })
  it('shows the words of what it does not know, and says so', () => {
    const doc = new Y.Doc()
    const body = doc.getXmlFragment('body')
    const known = createProjection(body, schema)
    expect(known.hasForeign()).toBe(false)
    body.insert(0, [plant({ name: 'hologram', attributes: {}, children: [{ text: 'see me', marks: {} }] })])
    const projection = createProjection(body, schema)
    expect(projection.blocks().map(String)).toEqual(['paragraph("see me")'])
    expect(projection.hasForeign()).toBe(true)
  })
})
