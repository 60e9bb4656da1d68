import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { precacheList } from './service-worker.mjs'

describe('precache list', () => {
  let folder
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waxwing-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const put = (path, text = path) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const listed = () => precacheList(folder).map(([path]) => path)

  it('holds the pages and what they need, and nothing that only a server reads', () => {
    for (const path of [
      'index.html',
      'join/index.html',
      '_next/static/chunks/a.js',
      '_next/static/media/x-latin.1.woff2',
    ]) {
      put(path)
    }
    for (const path of ['csp.json', 'sw.js', '404.html', '404/index.html', '_not-found/index.html', 'index.txt'])
      put(path)
    for (const path of ['__next._tree.txt', '.fingerprint', '_next/static/waxwing/_buildManifest.js']) put(path)
    expect(listed()).toEqual([
      '/_next/static/chunks/a.js',
      '/_next/static/media/x-latin.1.woff2',
      '/index.html',
      '/join/index.html',
    ])
  })

  it('leaves alphabets that few need to the network', () => {
    for (const subset of ['latin', 'latin-ext', 'greek', 'cyrillic-ext', 'vietnamese']) {
      put(`_next/static/media/hanken-grotesk-${subset}-wght-normal.1.woff2`)
    }
    expect(listed()).toHaveLength(2)
  })

  it('names each file by its bytes', () => {
    put('index.html', 'hello')
    expect(precacheList(folder)).toEqual([['/index.html', createHash('sha256').update('hello').digest('base64')]])
  })
})
