import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { settingNames } from '#relay/settings'

const read = (path: string) => readFileSync(path, 'utf8')
const files = ['deploy/single.yaml', 'deploy/nodes.yaml']

/** Names that a relay's part of a compose file sets. */
function relayVariables(text: string): string[] {
  const part = /(?:x-relay: &relay|^ {2}relay:)\n([\s\S]*?)\n\n/m.exec(text)?.[1] ?? ''
  return [...part.matchAll(/^ +([A-Z][A-Z_]+):/gm)].map(([, name = '']) => name)
}

describe('container files', () => {
  it.each(files)('D10 %s sets what a relay reads, and names files that are there', (file) => {
    const text = read(file)
    const names = relayVariables(text)
    expect(names).toContain('PUBLIC_ORIGIN')
    expect(names.filter((name) => !settingNames.includes(name))).toEqual([])
    for (const [, path = ''] of text.matchAll(/(\.\/[\w.]+):/g)) {
      expect(existsSync(normalize(join(dirname(file), path))), path).toBe(true)
    }
  })

  it.each(files)('D10 %s takes every right from a relay that it does not need', (file) => {
    const relay = /(?:x-relay: &relay|^ {2}relay:)\n([\s\S]*?)\n\n/m.exec(read(file))?.[1]
    for (const line of ['read_only: true', 'cap_drop: [ALL]', 'no-new-privileges:true']) expect(relay).toContain(line)
  })

  it('D10 the image is built of files that are there, without a secret, and runs as nobody special', () => {
    const kept = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path = '']) => path)
    expect(kept.filter((path) => !existsSync(path))).toEqual([])
    expect(kept).not.toContain('.env')
    const image = read('Dockerfile')
    expect(image.indexOf('USER node')).toBeGreaterThan(image.lastIndexOf('COPY'))
    expect(image).toContain('/readyz')
  })

  it('D10 the operator’s guide names settings, paths and figures that there are', () => {
    const guide = read('docs/operate.md')
    const named = [...guide.matchAll(/`([A-Z][A-Z_]{3,})(?:=[^`]*)?`/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !settingNames.includes(name))).toEqual([])
    const figures = read('relay/meter.ts')
    for (const [, name = ''] of guide.matchAll(/`(waxwing_\w+?)[`{]/g)) expect(figures).toContain(name)
  })
})
