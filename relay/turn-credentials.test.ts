import { describe, expect, it } from 'vitest'
import { readSettings } from '#relay/settings'
import { startRelay } from '#relay/testing/start-relay'
import { turnLogin } from '#relay/turn-credentials'

const turn = { urls: ['turn:t.example:3478'], secret: 'north', seconds: 3600 }

describe('login at a TURN server', () => {
  it('D10 is named after its end, and signed as coturn checks it', () => {
    expect(turnLogin(turn, 1_700_000_000 - 3600)).toEqual({
      urls: turn.urls,
      username: '1700002800',
      credential: 'YmDB2++leXnnWIR1GuXiwT5at/o=',
    })
  })

  it('D10 is the same for everybody within an hour', () => {
    expect(turnLogin(turn, 7201)).toEqual(turnLogin(turn, 10_800))
    expect(turnLogin(turn, 7200)).not.toEqual(turnLogin(turn, 7201))
  })

  it('D10 stands in everybody’s settings, without the secret', async () => {
    const { url } = await startRelay({ turn, iceServers: [{ urls: 'stun:s.example' }] })
    const text = await (await fetch(`${url}/config.json`)).text()
    expect(JSON.parse(text).iceServers).toEqual([
      { urls: 'stun:s.example' },
      { urls: turn.urls, username: expect.stringMatching(/^\d{10}$/), credential: expect.any(String) },
    ])
    expect(text).not.toContain(turn.secret)
  })

  it('D10 needs a secret where there are addresses', () => {
    const error = { type: 'bad-setting', name: 'TURN_SECRET', reason: 'must be set where TURN_URLS is' }
    expect(readSettings({ TURN_URLS: 'turn:t.example' })).toEqual({ ok: false, error })
  })
})
