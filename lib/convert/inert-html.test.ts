import { describe, expect, it } from 'vitest'
import { IMAGE_PLACE, inertHtml } from '#lib/convert/inert-html'

describe('inert HTML', () => {
  it('keeps text, elements and attributes as they are, and names styles otherwise', () => {
    expect(inertHtml('a < b <p class="x>y" STYLE = "color:red" title=\'a style="z"\'>1 <b>2</b> &lt;')).toBe(
      'a < b <p class="x>y" data-style = "color:red" title=\'a style="z"\'>1 <b>2</b> &lt;',
    )
  })
  it('leaves out scripts, styles and comments with their content, and goes on behind them', () => {
    expect(
      inertHtml('<SCRIPT>if (a<b && "</p>') + inertHtml('<style>p>"</style>a<!-- <p> -- > -->b<![if !x]>c<?xml "?>d'),
    ).toBe('abcd')
  })
  it('marks where images stood', () => {
    expect(inertHtml('<img src="a.png" style="width:1px"/>x')).toBe(
      '<image-place src="a.png" data-style="width:1px"></image-place>x',
    )
  })
  it('attack: takes handlers off and lets nothing load, whatever stands around', () => {
    const hostile =
      '<p/onclick="alert(1)"onload=x><base href=//evil><link rel=x href=//evil><svg onload=x></svg><iframe srcdoc="<script>"></iframe>'
    expect(inertHtml(hostile)).toBe('<p/data-was="alert(1)"data-was=x><object></object>')
  })
  it('attack: takes off handlers that have no value, and leaves words in values alone', () => {
    expect(inertHtml(`<p title="turn on once, style = x" onerror /" '"= alt=a>`)).toBe(
      `<p title="turn on once, style = x" data-was /" '"= alt=a>`,
    )
    expect(inertHtml('<p onload>')).toBe('<p data-was>')
  })
  it('attack: knows what is text to a browser although it looks like tags', () => {
    expect(inertHtml('<title><a id="</title><img src=x onerror=alert()>">')).toBe(
      `<title>&lt;a id="</title><${IMAGE_PLACE} src=x data-was=alert()></${IMAGE_PLACE}>">`,
    )
    expect(inertHtml('<textarea><b a="</textarea><b onload>">')).toBe('<pre>&lt;b a="</pre><b data-was>">')
    expect(inertHtml('<xmp>a')).toBe('<pre>a</pre>')
  })
  it('attack: takes one pass over anything', () => {
    for (const piece of ['<a ', '<a "', "<a '>", '<!--', '<script>', '<style', '<', '</', '<a style=']) {
      inertHtml(piece.repeat(300_000))
    }
  })
})
