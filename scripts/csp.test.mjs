import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sealPage } from './csp.mjs'

const page = (head, body = '') =>
  `<!DOCTYPE html><html><head><meta charSet="utf-8"/><script src="/a.js" async=""></script>${head}</head><body>${body}</body></html>`
const first = '<script id="first">first()</script>'
const source = (script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`

describe('sealing a page', () => {
  it('I6 puts the policy and the first script before anything that loads', () => {
    const { html } = sealPage(page(first), ['/f.woff2'])
    expect(html).toMatch(
      /<head><meta charSet="utf-8"\/><meta http-equiv="Content-Security-Policy"[^>]+><script id="first">/,
    )
    expect(html.match(/id="first"/g)).toHaveLength(1)
    expect(html.indexOf('/f.woff2')).toBeLessThan(html.indexOf('/a.js'))
  })

  it('names every inline script by its hash, and no other source', () => {
    const { html, scripts } = sealPage(page(first, '<script>$&two()</script>'))
    expect(scripts).toEqual([source('first()'), source('$&two()')])
    expect(html).toContain(`script-src 'self' ${scripts.join(' ')};`)
    expect(html).not.toContain('unsafe')
  })

  it('refuses what the policy would break: inline styles and a missing first script', () => {
    expect(() => sealPage(page(first, '<p style="color:red">x</p>'))).toThrow('inline style')
    expect(() => sealPage(page(`${first}<style>p{}</style>`))).toThrow('inline style')
    expect(() => sealPage(page(''))).toThrow('first script')
  })
})
