import { describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { decodeBlob, placeOf } from '#lib/protocol/blob'
import { defaultLimits } from '#relay/limits'
import { createMeter } from '#relay/meter'
import { makeBlobs } from '#relay/testing/make-blobs'
import { enterOwnRoom, freshSeed } from '#relay/testing/owner'
import { openSocket, startRelay } from '#relay/testing/start-relay'

const LINE = /^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[\w.+-]+"(,\w+="[\w.+-]+")*\})? -?[\d.e+-]+)$/

const read = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${url}/metrics`, { headers })
  return { status: response.status, text: await response.text() }
}

describe('metrics', () => {
  it('R4 count what came, was stored and was sent away, and name no room and no key', async () => {
    const limits = { ...defaultLimits, sync: { ...defaultLimits.sync, dropSeconds: 0 } }
    const relay = await startRelay({ limits })
    const seed = freshSeed()
    const owner = await enterOwnRoom(relay.url, seed)
    const blobs = await makeBlobs(3, 1)
    owner.send({ type: 'put', blobs })
    await owner.next('stored')
    const dropped = blobs.slice(1, 3).reduce((sum, { length }) => sum + length, 0)
    const [first] = blobs
    const place = placeOf(first ?? new Uint8Array())
    const channel = decodeBlob(first ?? new Uint8Array())
    if (place === undefined || !channel.ok) throw new Error('no blob')
    const ranges = [{ chain: place.chain, from: 2, to: 3 }]
    owner.send({ type: 'drop', request: 1, after: 0, channel: channel.value.channel, ranges })
    expect(await owner.next('dropped')).toMatchObject({ blobs: 2, bytes: dropped })
    const signal = await openSocket(relay.socketUrl('/signal'))
    signal.send('{"type":"subscribe","topics":["a-canary"]}')
    const stranger = await enterOwnRoom(relay.url, freshSeed())
    stranger.send({ type: 'put', blobs: [seed] })
    await stranger.closed
    const { status, text } = await read(relay.url)
    expect(status).toBe(200)
    for (const line of text.trimEnd().split('\n')) expect(line).toMatch(LINE)
    expect(text).toContain('waxwing_blobs_stored_total 3\n')
    const size = blobs.reduce((sum, { length }) => sum + length, 0)
    expect(text).toContain(`waxwing_blob_bytes_stored_total ${size}\n`)
    expect(text).toContain('waxwing_blobs_dropped_total 2\n')
    expect(text).toContain(`waxwing_blob_bytes_dropped_total ${dropped}\n`)
    expect(text).toContain('waxwing_visits_ended_total{reason="malformed"} 1\n')
    expect(text).toContain('waxwing_sockets{road="signal"} 1\n')
    expect(text).toMatch(/waxwing_commit_seconds_count [1-9]/)
    expect(text).not.toMatch(new RegExp(`canary|127\\.0|${toHex(seed).slice(0, 12)}`))
  })

  it('R4 are for this machine without a token, and for nobody where a proxy stands in front', async () => {
    expect((await read((await startRelay()).url)).status).toBe(200)
    for (const behind of [{ origins: ['https://team.example'] }, { trustProxy: true }]) {
      const { url } = await startRelay(behind)
      expect((await read(url)).status).toBe(401)
    }
  })

  it('R4 are for whoever shows the token, if there is one', async () => {
    const metricsToken = 'sixteen-letters-at-least'
    const { url } = await startRelay({ metricsToken, origins: ['https://team.example'] })
    expect((await read(url)).status).toBe(401)
    expect((await read(url, { authorization: 'Bearer sixteen-letters' })).status).toBe(401)
    expect((await read(url, { authorization: `Bearer ${metricsToken}` })).status).toBe(200)
  })

  it('R4 tell how long commits took in rising buckets', () => {
    const meter = createMeter()
    for (const durationMs of [1, 7, 7, 9999]) meter.committed(durationMs)
    const text = meter.text([])
    expect(text).toContain('waxwing_commit_seconds_bucket{le="0.001"} 1\n')
    expect(text).toContain('waxwing_commit_seconds_bucket{le="0.01"} 3\n')
    expect(text).toContain('waxwing_commit_seconds_bucket{le="5"} 3\n')
    expect(text).toContain('waxwing_commit_seconds_bucket{le="+Inf"} 4\nwaxwing_commit_seconds_sum 10.014\n')
  })
})
