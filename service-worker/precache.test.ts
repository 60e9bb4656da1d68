import { describe, expect, it } from 'vitest'
import { addressOf, cacheName, fileFor, type PrecachedFile } from './precache'

const files: PrecachedFile[] = [
  ['/index.html', 'a+/='],
  ['/join/index.html', 'b'],
  ['/favicon.svg', 'c'],
]

describe('precache', () => {
  it('answers folders with their page, with and without the slash', () => {
    expect(fileFor('/', files)?.[0]).toBe('/index.html')
    expect(fileFor('/join/', files)?.[0]).toBe('/join/index.html')
    expect(fileFor('/join', files)?.[0]).toBe('/join/index.html')
    expect(fileFor('/favicon.svg', files)?.[0]).toBe('/favicon.svg')
  })

  it('leaves everything that it was not built with to the network', () => {
    for (const path of ['/sync', '/signal', '/config.json', '/healthz', '/joiner', '/index.htm']) {
      expect(fileFor(path, files)).toBeUndefined()
    }
  })

  it('fetches a page from its folder, because a redirect cannot answer a navigation', () => {
    expect(addressOf('/index.html')).toBe('/')
    expect(addressOf('/join/index.html')).toBe('/join/')
    expect(addressOf('/favicon.svg')).toBe('/favicon.svg')
  })

  it('names a cached file by its bytes, so a changed file is another one', () => {
    expect(cacheName(['/index.html', 'a+/='])).toBe('/index.html?a%2B%2F%3D')
    expect(cacheName(['/index.html', 'x'])).not.toBe(cacheName(['/index.html', 'y']))
  })
})
