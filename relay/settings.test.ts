import { describe, expect, it } from 'vitest'
import { readSettings } from '#relay/settings'

describe('settings', () => {
  it('D10 has something sensible for everything that is not set', () => {
    expect(readSettings({ HOME: '/root' })).toEqual({
      ok: true,
      value: {
        port: 4444,
        host: '127.0.0.1',
        dataDir: 'data',
        origins: [],
        iceServers: [],
        trustProxy: false,
        logLevel: 'info',
      },
    })
  })

  it('D10 reads everything', () => {
    const read = readSettings({
      PORT: '80',
      HOST: '0.0.0.0',
      DATA_DIR: '/var/waxwing',
      DATABASE_URL: 'postgres://relay@db.example/waxwing',
      PUBLIC_ORIGIN: 'https://a.example, https://b.example:8443',
      ICE_SERVERS: '[{"urls":["stun:s.example"]},{"urls":"turn:t.example","username":"u","credential":"c"}]',
      TRUST_PROXY: '1',
      LOG_LEVEL: 'debug',
    })
    expect(read).toMatchObject({
      ok: true,
      value: {
        port: 80,
        databaseUrl: 'postgres://relay@db.example/waxwing',
        origins: ['https://a.example', 'https://b.example:8443'],
        iceServers: [{ urls: ['stun:s.example'] }, { urls: 'turn:t.example', username: 'u', credential: 'c' }],
        trustProxy: true,
      },
    })
  })

  it.each([
    ['PORT', 'http'],
    ['PORT', '99999'],
    ['HOST', ''],
    ['DATABASE_URL', 'mysql://a'],
    ['PUBLIC_ORIGIN', 'a.example'],
    ['PUBLIC_ORIGIN', 'https://a.example/'],
    ['ICE_SERVERS', '[{'],
    ['ICE_SERVERS', '[{"url":"stun:x"}]'],
    ['ICE_SERVERS', '[{"urls":"https://x"}]'],
    ['ICE_SERVERS', '[{"urls":[]}]'],
    ['ICE_SERVERS', '[{"urls":"turn:x"}]'],
    ['TRUST_PROXY', 'yes'],
    ['LOG_LEVEL', 'loud'],
  ])('D10 names the variable when %s is %j, and does not repeat its value', (name, value) => {
    const read = readSettings({ [name]: value })
    expect(read).toMatchObject({ ok: false, error: { type: 'bad-setting', name } })
  })
})
