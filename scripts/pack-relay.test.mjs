import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { EXTERNAL } from './build-relay.mjs'
import { canLoad, packagesNeeded } from './pack-relay.mjs'

describe('packed relay', () => {
  it('D10 takes what a package needs, also where it has a version of its own', () => {
    const packages = {
      '': {},
      'node_modules/a': { dependencies: { b: '1', c: '1' } },
      'node_modules/a/node_modules/b': { dependencies: { c: '1' }, optionalDependencies: { d: '1', gone: '1' } },
      'node_modules/b': {},
      'node_modules/c': { dependencies: { a: '1' } },
      'node_modules/d': {},
      'node_modules/e': {},
    }
    expect(packagesNeeded(packages, ['a'])).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
      'node_modules/d',
    ])
  })

  it('D10 leaves out what is native for a Linux with another C library', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
    const native = packagesNeeded(packages, EXTERNAL).filter((path) => /linux-x64/.test(path))
    expect(native.filter((path) => canLoad(path, false))).toEqual(['node_modules/@libsql/linux-x64-gnu'])
    expect(native.filter((path) => canLoad(path, true))).toEqual(['node_modules/@libsql/linux-x64-musl'])
    expect(canLoad('node_modules/ws', true)).toBe(true)
  })

  it('D10 takes the relay’s packages, and none of the app’s', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
    const needed = packagesNeeded(packages, EXTERNAL)
    for (const name of EXTERNAL) expect(needed).toContain(`node_modules/${name}`)
    expect(needed.filter((path) => /react|next|yjs|esbuild|typescript/.test(path))).toEqual([])
  })
})
