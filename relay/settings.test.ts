import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { defaultLimits } from '#relay/limits'
import { readSettings, settingNames } from '#relay/settings'

const read = (env: Record<string, string>) => {
  const settings = readSettings(env)
  return settings.ok ? settings.value : settings.error
}

/** Name and value of every line of `.env.example`, also of those that are commented out. */
const example = [...readFileSync('.env.example', 'utf8').matchAll(/^(?:# )?([A-Z][A-Z_]+)=(.*)$/gm)].map(
  ([, name = '', value = '']) => [name, value] as const,
)

describe('settings', () => {
  it('D10 has something sensible for everything that is not set, or set to nothing', () => {
    const expected = {
      port: 4444,
      host: '127.0.0.1',
      dataDir: 'data',
      databaseUrl: undefined,
      origins: [],
      iceServers: [],
      turn: undefined,
      trustProxy: false,
      logLevel: 'info',
      metricsToken: undefined,
      drainMs: 10_000,
      limits: defaultLimits,
    }
    expect(read({ HOME: '/root' })).toEqual(expected)
    expect(read(Object.fromEntries(settingNames.map((name) => [name, ' '])))).toEqual(expected)
  })

  it('D10 reads everything', () => {
    expect(
      read({
        PORT: '80',
        HOST: '0.0.0.0',
        DATA_DIR: '/var/waxwing',
        DATABASE_URL: 'postgres://relay@db.example/waxwing',
        PUBLIC_ORIGIN: 'https://a.example, https://b.example:8443',
        ICE_SERVERS: '[{"urls":["stun:s.example"]},{"urls":"turn:t.example","username":"u","credential":"c"}]',
        TURN_URLS: 'turn:t.example:3478?transport=udp, turns:t.example',
        TURN_SECRET: 'sixteen letters or more',
        TRUST_PROXY: '1',
        LOG_LEVEL: 'debug',
        METRICS_TOKEN: 'sixteen-letters-at-least',
        DRAIN_TIME: '1m',
      }),
    ).toMatchObject({
      port: 80,
      host: '0.0.0.0',
      dataDir: '/var/waxwing',
      databaseUrl: 'postgres://relay@db.example/waxwing',
      origins: ['https://a.example', 'https://b.example:8443'],
      iceServers: [{ urls: ['stun:s.example'] }, { urls: 'turn:t.example', username: 'u', credential: 'c' }],
      turn: {
        urls: ['turn:t.example:3478?transport=udp', 'turns:t.example'],
        secret: 'sixteen letters or more',
        seconds: 86_400,
      },
      trustProxy: true,
      logLevel: 'debug',
      metricsToken: 'sixteen-letters-at-least',
      drainMs: 60_000,
    })
  })

  it('R4 reads sizes, times, rates and numbers of every limit', () => {
    const settings = read({
      LIMIT_SOCKETS: '100',
      LIMIT_ADDRESS_ROOMS: '10+30/m',
      LIMIT_BYTES: '1MiB+512KiB/s',
      LIMIT_IDLE: '2m',
      LIMIT_ROOM: '5GiB',
      ROOM_EXPIRY: 'off',
      DROP_AFTER: '30d',
    })
    expect(settings).toMatchObject({
      limits: {
        sockets: 100,
        address: { rooms: { burst: 10, perSecond: 0.5 }, sockets: defaultLimits.address.sockets },
        sync: {
          bytes: { burst: 2 ** 20, perSecond: 2 ** 19 },
          idleMs: 120_000,
          roomBytes: 5 * 2 ** 30,
          roomSeconds: Number.POSITIVE_INFINITY,
          dropSeconds: 30 * 86_400,
        },
      },
    })
  })

  it('R4 lists every variable in .env.example, with the value it has when it is not set', () => {
    expect(example.map(([name]) => name)).toEqual(settingNames)
    expect(read(Object.fromEntries(example))).toEqual(read({}))
  })

  it('R4 lets each limit be set: another value of each gives other limits', () => {
    const bent = (value: string) => value.replace(/[1-9]\d*/, (digits) => String(Number(digits) * 2))
    for (const [name, value] of example.filter(
      ([name]) => name.startsWith('LIMIT_') || name === 'ROOM_EXPIRY' || name === 'DROP_AFTER',
    )) {
      const other = name === 'LIMIT_SIGNAL_IDLE' ? '90s' : value === 'off' ? '64GiB' : bent(value)
      expect(read({ [name]: other }), name).toHaveProperty('limits')
      expect(read({ [name]: other }), name).not.toEqual(read({}))
    }
  })

  it('S3 lets content be dropped at once, or never', () => {
    expect(read({ DROP_AFTER: '0d' })).toMatchObject({ limits: { sync: { dropSeconds: 0 } } })
    expect(read({ DROP_AFTER: 'off' })).toMatchObject({ limits: { sync: { dropSeconds: Number.POSITIVE_INFINITY } } })
  })

  it('R4 keeps a reserve of a small store, too, and takes none that leaves nothing else', () => {
    const storeOf = (env: Record<string, string>) => read({ LIMIT_STORE: '80MiB', ...env })
    expect(storeOf({})).toMatchObject({
      limits: { sync: { storeBytes: 80 * 2 ** 20, storeReserveBytes: 10 * 2 ** 20 } },
    })
    expect(storeOf({ LIMIT_STORE_RESERVE: '80MiB' })).toMatchObject({ name: 'LIMIT_STORE_RESERVE' })
  })

  it.each([
    ['PORT', 'http', 'must be a whole number from 0 to 65535'],
    ['PORT', '99999', 'must be a whole number'],
    ['DATABASE_URL', 'mysql://a', 'must be an address like postgres://'],
    ['PUBLIC_ORIGIN', 'a.example', 'must be a list of origins like https://'],
    ['PUBLIC_ORIGIN', 'https://a.example/', 'must be a list of origins'],
    ['ICE_SERVERS', '[{', 'must be JSON like'],
    ['ICE_SERVERS', '[{"url":"stun:x"}]', 'must be JSON like'],
    ['ICE_SERVERS', '[{"urls":"https://x"}]', 'must be JSON like'],
    ['ICE_SERVERS', '[{"urls":[]}]', 'must be JSON like'],
    ['ICE_SERVERS', '[{"urls":"turn:x"}]', 'must be JSON like'],
    ['TURN_URLS', 'stun:s.example', 'must be a list like turn:'],
    ['TURN_SECRET', 'short', 'must have at least 16 letters'],
    ['TRUST_PROXY', 'yes', 'must be 0 or 1'],
    ['LOG_LEVEL', 'loud', 'must be silent, error, warn, info or debug'],
    ['METRICS_TOKEN', 'short', 'must be at least 16 letters'],
    ['DRAIN_TIME', '10', 'must be a time from 1s to 10m'],
    ['LIMIT_SOCKETS', '1e9', 'must be a whole number from 16'],
    ['LIMIT_IDLE', '5s', 'must be a time from 45s to 1h'],
    ['LIMIT_ROOM', '4GB', 'must be a size from 1MiB to 64TiB'],
    ['LIMIT_ROOM', '4constructor', 'must be a size'],
    ['LIMIT_ROOM', '1KiB', 'must be a size'],
    ['LIMIT_ROOM_RESERVE', '5GiB', 'must be less than LIMIT_ROOM'],
    ['LIMIT_STORE', '1MiB', 'must be off, or a size from 2MiB to 1024TiB'],
    ['LIMIT_ADDRESS_ROOMS', '10/s', 'must be a rate written like 600+20/s'],
    ['LIMIT_ADDRESS_ROOMS', '10+0/s', 'must be a rate'],
    ['LIMIT_BYTES', '5+5/s', 'must be a rate of bytes'],
    ['ROOM_EXPIRY', 'never', 'must be off, or a time'],
    ['DROP_AFTER', '7', 'must be off, or a time from 0d to 36500d'],
    ['LIMIT_ROOMS', '5', 'is no setting'],
  ])('D10 names %s when it is %j, and says what is right without repeating it', (name, value, reason) => {
    const error = read({ [name]: value })
    expect(error).toMatchObject({ type: 'bad-setting', name, reason: expect.stringContaining(reason) })
    expect(JSON.stringify(error)).not.toContain(`"${value}"`)
  })
})
