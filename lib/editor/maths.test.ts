// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { selectCharacters, toggleFormula } from '#lib/editor/commands'
import { drawMath, safeStyles } from '#lib/editor/draw-math'
import { formulasIn } from '#lib/editor/formulas'
import { readMath } from '#lib/editor/math-reader'
import { connect, createScreen, type Screen } from '#lib/testing/editor-screen'

function drawn(tex: string): Element | undefined {
  const part = readMath(tex, false)
  const node = part && drawMath(part)
  return node instanceof Element ? node : undefined
}

describe('a formula', () => {
  it('is drawn as MathML', () => {
    const math = drawn('\\frac{a}{b} + x^2')
    expect(math?.tagName.toLowerCase()).toBe('math')
    expect(math?.querySelector('mfrac')?.textContent).toBe('ab')
    expect(math?.querySelector('msup')?.textContent).toBe('x2')
  })
  it.each([
    '\\frac{a',
    'a}',
    '\\includegraphics{https://x.example/p.png}',
    'x^2^2',
    '{'.repeat(3000),
    'x'.repeat(5000),
  ])('that is none is not drawn: %.20s', (tex) => expect(drawn(tex)).toBeUndefined())
  it('attack 26 draws nothing that runs, leads somewhere or leaves its place', () => {
    const hostile = [
      '\\href{javascript:alert(1)}{x}',
      '\\url{https://mallory.example}',
      '\\htmlStyle{position:fixed}{x}',
      '\\text{<img src=x onerror=alert(1)>}',
      '\\class{a" onload="x}{y}',
      '\\id{constructor}{y}',
      '\\style{background:url(https://mallory.example)}{x}',
      '\\color{url(https://mallory.example)}x',
      '\\rule{9999em}{9999em}',
    ]
    for (const tex of hostile) {
      const all = [...(drawn(tex)?.querySelectorAll('*') ?? [])]
      expect(all.filter(({ tagName }) => !/^m[a-z]+$/i.test(tagName)).length, tex).toBe(0)
      for (const element of all) {
        const said = element.getAttributeNames().map((name) => `${name}=${element.getAttribute(name)}`)
        expect(said.join(), tex).not.toMatch(/(^|,)(href|src|id|class|style|on\w+)=|url\(|9999em/i)
      }
    }
  })
  it('attack 26 takes elements, attributes and styles from its own list alone', () => {
    const part = {
      tag: 'script',
      attributes: { onclick: 'x()', href: 'javascript:x()', width: '1em;x', fence: 'true' },
      styles: { position: 'fixed', color: 'url(x)', paddingLeft: '1em' },
      parts: [{ tag: 'mi', attributes: {}, styles: {}, parts: ['<b>'] }],
    }
    const element = drawMath(part) as Element
    expect(element.tagName.toLowerCase()).toBe('mrow')
    expect(element.getAttributeNames()).toEqual(['fence'])
    expect(element.textContent).toBe('<b>')
    expect(safeStyles(part.styles)).toEqual([['padding-left', '1em']])
    expect(safeStyles({ color: '#ff0000' })).toEqual([['color', '#ff0000']])
  })
  it('attack 26 ends where its own commands put each other in for ever', () => {
    expect(drawn('\\def\\a{\\a\\a}\\a')).toBeUndefined()
    expect(drawn('\\gdef\\leak{x}\\leak')).toBeDefined()
    expect(drawn('\\leak')?.textContent).not.toBe('x')
  })
})

describe('formulas on a page', () => {
  let alice: Screen
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    alice = createScreen()
  })
  afterEach(() => {
    alice.close()
    vi.useRealTimers()
  })
  /** Nobody types for a while, and what is fetched is there. */
  async function rest(): Promise<void> {
    vi.advanceTimersByTime(200)
    await import('#lib/editor/math-reader')
    await Promise.resolve()
    await Promise.resolve()
  }
  const dom = () => alice.editor.view.dom
  const tex = (screen = alice) => formulasIn(screen.editor.view.state.doc).map((formula) => formula.tex)

  it.each([
    ['so $x^2$', ['x^2'], 'so x^2'],
    ['($a_1 + b$', ['a_1 + b'], '(a_1 + b'],
    ['$5 and $', [], '$5 and $'],
    ['$5-$', [], '$5-$'],
    ['a$b$', [], 'a$b$'],
    ['$ x$', [], '$ x$'],
    ['`$x$`', [], '$x$'],
  ])('typed as %s', (typed, formulas, text) => {
    alice.type(typed)
    expect(tex()).toEqual(formulas)
    expect(alice.editor.view.state.doc.textContent).toBe(text)
  })
  it('of their own begin with two dollars, and are text again by the same command', () => {
    alice.type('$$ E=mc^2')
    expect(formulasIn(alice.editor.view.state.doc)).toMatchObject([{ tex: 'E=mc^2', isBlock: true }])
    alice.run(toggleFormula)
    expect(alice.doc.getXmlFragment('body').toString()).toBe('<paragraph>E=mc^2</paragraph>')
    alice.run(toggleFormula)
    expect(tex()).toEqual(['E=mc^2'])
  })
  it('are drawn where nobody is in them, and their text is seen where somebody is', async () => {
    alice.type('so $x^2$ it is')
    await rest()
    expect(dom().querySelector('.math-drawn msup')?.textContent).toBe('x2')
    expect(dom().querySelector('.math-text')?.className).toContain('is-hidden')
    alice.select('x^2')
    expect(dom().querySelector('.math-text')?.className).not.toContain('is-hidden')
    alice.select('it is')
    expect(dom().querySelector('.math-text')?.className).toContain('is-hidden')
    expect(alice.strays).toEqual([])
  })
  it('that are none stay the text that they are', async () => {
    alice.type('so $\\frac{$ it is')
    await rest()
    expect(dom().querySelector('.math-drawn')).toBeNull()
    expect(dom().querySelector('.math-text')?.className).toContain('is-unread')
  })
  it('of their own are entered by an arrow', async () => {
    alice.type('$$ x')
    alice.press('Mod-Enter')
    alice.type('below')
    await rest()
    alice.run(selectCharacters(4, 4))
    expect(alice.press('ArrowUp')).toBe(true)
    expect(alice.editor.view.state.selection.$head.parent.type.name).toBe('code_block')
  })
  it('keep what two people write in one at once', () => {
    const bob = createScreen()
    alice.type('so $abc$ ')
    connect(alice, bob)()
    alice.select('a', 'end')
    alice.type('+1')
    bob.select('b', 'end')
    bob.type('-2')
    connect(alice, bob)
    expect(alice.shown()).toEqual(bob.shown())
    expect(tex()).toEqual(['a+1b-2c'])
    expect(tex(bob)).toEqual(tex())
    bob.close()
  })
})
