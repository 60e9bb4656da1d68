// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { schema } from '#lib/schema/schema'
import { createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
beforeEach(() => {
  alice = createScreen()
})
afterEach(() => {
  alice.close()
  expect(document.adoptedStyleSheets).toEqual([])
})

function write(blocks: number): void {
  const { view } = alice.editor
  const paragraphs = Array.from({ length: blocks }, (_, index) =>
    schema.node('paragraph', null, schema.text(`p${index}`)),
  )
  view.dispatch(view.state.tr.replaceWith(0, view.state.doc.content.size, paragraphs))
}

/** Numbers in the rule that skips: up to the first, and from the second on, counted from 1. */
const skipped = () => {
  const rules = document.adoptedStyleSheets.map((sheet) => [...sheet.cssRules].map(({ cssText }) => cssText).join(''))
  return [...rules.join('').matchAll(/-?n \+ (\d+)/g)].map(([, number]) => Number(number))
}

describe('blocks far from the caret', () => {
  it('are skipped on a long page alone', () => {
    write(100)
    expect(skipped()).toEqual([])
    write(400)
    expect(skipped()).not.toEqual([])
    write(100)
    expect(skipped()).toEqual([])
  })

  it('are never those around the caret, wherever it goes', () => {
    write(400)
    const around = (block: number) => {
      alice.select(`p${block}`)
      const [upTo = 0, from = 0] = skipped()
      expect(upTo).toBeLessThan(block + 1 - 15)
      expect(from).toBeGreaterThan(block + 1 + 15)
    }
    for (const block of [200, 201, 230, 245, 280, 399, 300]) around(block)
  })

  it('are chosen anew only once the caret comes near their end', () => {
    write(400)
    alice.select('p200')
    const before = skipped()
    alice.select('p230')
    expect(skipped()).toEqual(before)
    alice.select('p245')
    expect(skipped()).not.toEqual(before)
  })
})
