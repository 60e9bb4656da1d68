import { describe, expect, it } from 'vitest'
import { readFile } from '#lib/convert/read-file'

const bytesOf = (text: string) => new TextEncoder().encode(text)

describe('a web page that stands alone', () => {
  it('F1 may hold far more pictures than text: they are taken out of it where it is read', () => {
    const base64 = btoa('x'.repeat(6_000_000))
    const read = readFile({ name: 'a.html', bytes: bytesOf(`<p>Words<img src="data:image/png;base64,${base64}">`) })
    if (!read.ok) throw new Error(read.error.type)
    expect(read.value.pages).toEqual([
      { type: 'html', title: 'a', path: 'a.html', html: '<p>Words<image-place  data-taken="0"></image-place>' },
    ])
    expect(read.value.enclosed.map(({ content }) => content?.size)).toEqual([6_000_000])
  })
  it('attack: gives what is damaged no bytes, and no more text than is read beside the keys', () => {
    const damaged = readFile({
      name: 'a.html',
      bytes: bytesOf('<img src="data:image/png;base64,%%%"><img src="data:text/html,x">'),
    })
    expect(damaged.ok && damaged.value.enclosed.map(({ content }) => content)).toEqual([undefined, undefined])
    const long = readFile({ name: 'a.html', bytes: bytesOf('<p>'.padEnd(6 * 1_048_576 + 1, 'x')) })
    expect(long).toEqual({ ok: false, error: { type: 'too-large', limitMegabytes: 6 } })
  })
  it('a table alone becomes a page of its name', () => {
    const read = readFile({ name: 'Ledger.csv', bytes: bytesOf('\ufeffa;b\n1;2') })
    expect(read.ok && read.value.pages.map(({ title }) => title)).toEqual(['Ledger'])
  })
})
