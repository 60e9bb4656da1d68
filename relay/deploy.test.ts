import { existsSync, readFileSync } from 'node:fs'
import { BlockList } from 'node:net'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSettings, settingNames } from '#relay/settings'

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

  it.each(files)('D10 %s builds the image once, and gives a relay the time that it takes to stop', (file) => {
    const text = read(file)
    expect(text.match(/build: \.\./g)).toHaveLength(1)
    const settings = readSettings({})
    const drainMs = settings.ok ? settings.value.drainMs : Number.NaN
    expect(Number(/stop_grace_period: (\d+)s/.exec(text)?.[1]) * 1000).toBeGreaterThan(drainMs + 5000)
  })

  it('D10 the database counts as there when it answers over the network', () => {
    expect(read('deploy/nodes.yaml')).toContain('["CMD", "pg_isready", "-h", "127.0.0.1"')
  })

  it('D10 the proxy still tries another relay when the first one hangs, and asks each for paths that it answers', () => {
    const text = read('deploy/Caddyfile')
    const seconds = (name: string) => Number(new RegExp(`${name} (\\d+)s`).exec(text)?.[1])
    expect(seconds('response_header_timeout')).toBeLessThan(seconds('lb_try_duration'))
    expect(seconds('dial_timeout')).toBeLessThan(seconds('lb_try_duration'))
    const asked = [text, ...files.map(read)].join('\n').matchAll(/(?:health_uri|HEALTH:) (?:\{\$HEALTH:)?(\/\w+)/g)
    expect([...asked].map(([, path]) => path)).toEqual(['/readyz', '/healthz', '/healthz'])
  })

  it('D10 coturn reaches nothing within, however an address is written', () => {
    const [within4, within6] = [new BlockList(), new BlockList()]
    for (const [, from = '', to = ''] of read('deploy/turnserver.conf').matchAll(/^denied-peer-ip=(.+)-(.+)$/gm)) {
      expect(from, 'coturn takes a range from :: on for every address').not.toBe('::')
      if (from.includes(':')) within6.addRange(from, to, 'ipv6')
      else within4.addRange(from, to, 'ipv4')
    }
    const inside = ['0.0.0.1', '10.1.2.3', '127.0.0.1', '169.254.169.254', '172.17.0.1', '192.168.1.1', '240.0.0.1']
    expect(inside.filter((address) => !within4.check(address, 'ipv4'))).toEqual([])
    const written = inside.flatMap((address) => {
      const hex = Buffer.from(address.split('.').map(Number)).toString('hex')
      const part = `${hex.slice(0, 4)}:${hex.slice(4)}`
      return [`::${part}`, `::ffff:${part}`, `64:ff9b::${part}`, `2002:${part}::1`]
    })
    const own = ['::1', 'fd00::1', 'fe80::1', 'fec0::1']
    expect([...written, ...own].filter((address) => !within6.check(address, 'ipv6'))).toEqual([])
    expect([within4.check('9.9.9.9', 'ipv4'), within6.check('2620:fe::fe', 'ipv6')]).toEqual([false, false])
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
    const asked = [
      ...files
        .map(read)
        .join('')
        .matchAll(/\$\{([A-Z_]+)/g),
    ].map(([, name = '']) => name)
    const known = [...settingNames, ...asked, 'COMPOSE_FILE']
    expect(named.filter((name) => !known.includes(name))).toEqual([])
    const figures = read('relay/meter.ts')
    for (const [, name = ''] of guide.matchAll(/`(waxwing_\w+?)[`{]/g)) expect(figures).toContain(name)
  })
})
