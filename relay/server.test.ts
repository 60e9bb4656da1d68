import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemRandom } from '#lib/crypto/system-random'
import { defaultLimits } from '#relay/limits'
import { createMemoryLogStore } from '#relay/memory-log-store'
import { makeBlobs } from '#relay/testing/make-blobs'
import { enterOwnRoom, freshSeed } from '#relay/testing/owner'
import { openSocket, type StartedRelay, startRelay } from '#relay/testing/start-relay'

const HASH = "'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='"
const LONG_TEXT = 'waxwing '.repeat(500)

/** A folder with these files, that ends with the test. */
function makeFolder(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'site-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const site = {
  'index.html': '<!doctype html><title>home</title>',
  '404.html': '<!doctype html><title>nothing here</title>',
  'join/index.html': '<!doctype html><title>join</title>',
  'service-worker.js': 'self.x = 1',
  '_next/static/chunks/a1.js': `// ${LONG_TEXT}`,
  'picture.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'csp.json': JSON.stringify({
    '/index.html': { scripts: [HASH], styles: [] },
    '/join/index.html': { scripts: [], styles: [HASH] },
  }),
}

const startSite = () => startRelay({ staticRoot: makeFolder(site) })

/** The first line and all that follows of what the relay answers to these very bytes. */
async function ask(relay: StartedRelay, target: string): Promise<string> {
  const socket = connect(Number(new URL(relay.url).port), '127.0.0.1')
  socket.end(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  let text = ''
  socket.on('data', (data) => {
    text += data
  })
  await once(socket, 'close')
  return text
}

describe('address', () => {
  it('D10 is one that opens on this machine where it listens everywhere', async () => {
    const { url } = await startRelay({ host: '0.0.0.0' })
    expect(url).toMatch(/^http:\/\/localhost:\d+$/)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })
})

describe('static files', () => {
  it('D10 serves a page with the policy that names its own inline scripts', async () => {
    const { url } = await startSite()
    const response = await fetch(`${url}/`)
    const policy = response.headers.get('content-security-policy')
    expect(await response.text()).toContain('home')
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(policy).toContain(`script-src 'self' ${HASH};`)
    expect(policy).toContain(
      "require-trusted-types-for 'script'; trusted-types default nextjs nextjs#bundler ProseMirrorClipboard waxwing-inert",
    )
    expect(policy).not.toContain('unsafe')
  })

  it('D10 isolates every response', async () => {
    const { url } = await startSite()
    for (const path of ['/', '/nowhere', '/config.json', '/healthz', '/service-worker.js']) {
      const { headers } = await fetch(url + path)
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    }
  })

  it('D10 keeps page and policy together while somebody builds again', async () => {
    const staticRoot = makeFolder(site)
    const { url } = await startRelay({ staticRoot })
    writeFileSync(join(staticRoot, 'index.html'), '<!doctype html><script>new()</script>')
    writeFileSync(join(staticRoot, 'csp.json'), '{')
    const response = await fetch(`${url}/`)
    expect(await response.text()).toContain('home')
    expect(response.headers.get('content-security-policy')).toContain(HASH)
  })

  it('D10 refuses to start with a damaged policy file', async () => {
    const staticRoot = makeFolder({ ...site, 'csp.json': '{"/index.html":{"scripts":["unsafe-inline"],"styles":[]}}' })
    await expect(startRelay({ staticRoot })).rejects.toThrow('build the app again')
  })

  it('D10 finds folders with and without a slash', async () => {
    const { url } = await startSite()
    expect(await (await fetch(`${url}/join/`)).text()).toContain('join')
    const moved = await fetch(`${url}/join`, { redirect: 'manual' })
    expect([moved.status, moved.headers.get('location')]).toEqual([308, '/join/'])
  })

  it('D10 answers 404 with the app’s own page', async () => {
    const { url } = await startSite()
    const response = await fetch(`${url}/nowhere/at/all`)
    expect([response.status, await response.text()]).toEqual([404, site['404.html']])
    expect((await fetch(`${url}/csp.json`)).status).toBe(404)
  })

  it('D10 caches what never changes and asks again for the rest', async () => {
    const { url } = await startSite()
    const chunk = await fetch(`${url}/_next/static/chunks/a1.js`)
    const page = await fetch(`${url}/`)
    expect(chunk.headers.get('cache-control')).toContain('immutable')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    const again = await fetch(`${url}/`, { headers: { 'if-none-match': page.headers.get('etag') ?? '' } })
    expect(again.status).toBe(304)
  })

  it('D10 sends compressed what is smaller so', async () => {
    const relay = await startSite()
    const read = (encoding: string) =>
      new Promise<{ encoding: string | undefined; body: Buffer }>((resolve) => {
        const headers = { 'accept-encoding': encoding }
        get(`${relay.url}/_next/static/chunks/a1.js`, { headers }, async (response) => {
          const parts: Buffer[] = []
          for await (const part of response) parts.push(part as Buffer)
          resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(parts) })
        })
      })
    const [small, plain] = [await read('gzip, br'), await read('identity')]
    expect([small.encoding, plain.encoding]).toEqual(['gzip', undefined])
    expect(gunzipSync(small.body).equals(plain.body)).toBe(true)
    expect(small.body.length).toBeLessThan(plain.body.length / 5)
  })

  it('attack 56 gives no other file away, whatever the path', async () => {
    const staticRoot = makeFolder({ 'out/index.html': 'home', 'secret.txt': 'a canary' })
    const relay = await startRelay({ staticRoot: join(staticRoot, 'out') })
    for (const target of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/join/../../secret.txt',
      '//secret.txt',
      '/%00',
      '/%',
      '/\\..\\secret.txt',
      'http://other/../secret.txt',
      '/index.html/../../secret.txt',
    ]) {
      const answer = await ask(relay, target)
      expect(answer).toMatch(/^HTTP\/1.1 4/)
      expect(answer).not.toContain('canary')
    }
  })

  it('attack 56 sends nobody elsewhere', async () => {
    const relay = await startSite()
    for (const target of ['//join', '/%2Fjoin', '//evil.example/join', '/\\join']) {
      expect(await ask(relay, target)).toMatch(/^HTTP\/1.1 404/)
    }
  })

  it('D10 takes GET and HEAD only', async () => {
    const { url } = await startSite()
    expect((await fetch(`${url}/`, { method: 'POST', body: 'x' })).status).toBe(405)
    const head = await fetch(`${url}/`, { method: 'HEAD' })
    expect([head.status, await head.text(), head.headers.get('content-length')]).toEqual([
      200,
      '',
      String(site['index.html'].length),
    ])
  })
})

describe('relay', () => {
  it('D10 tells the app at run time where things are', async () => {
    const iceServers = [{ urls: 'turn:turn.example', username: 'u', credential: 'c' }]
    const { url } = await startRelay({ iceServers })
    const settings = await (await fetch(`${url}/config.json`)).json()
    expect(settings).toEqual({ signaling: '/signal', sync: '/sync', iceServers })
  })

  it('R4 is alive and ready; alive and not ready when its store does not answer', async () => {
    const probe = async ({ url }: StartedRelay) => {
      const [health, ready] = [await fetch(`${url}/healthz`), await fetch(`${url}/readyz`)]
      return [health.status, await health.json(), ready.status, await ready.json()]
    }
    expect(await probe(await startRelay())).toEqual([200, { alive: true }, 200, { ready: true }])
    const store = createMemoryLogStore(systemRandom)
    const receipts = () => Promise.reject(new Error('disk gone'))
    const broken = await startRelay({ store: { ...store, receipts } })
    expect(await probe(broken)).toEqual([200, { alive: true }, 503, { ready: false }])
  })

  it('R4 lets no more sockets in than all addresses together may have', async () => {
    const relay = await startRelay({ limits: { ...defaultLimits, sockets: 2 } })
    const first = await openSocket(relay.socketUrl('/signal'))
    await openSocket(relay.socketUrl('/sync'))
    await expect(openSocket(relay.socketUrl('/sync'))).rejects.toThrow('503')
    first.close()
    await once(first, 'close')
    await openSocket(relay.socketUrl('/sync'))
  })

  it('R4 limits the sockets of one address, and counts those that have gone', async () => {
    const address = { ...defaultLimits.address, sockets: 2 }
    const relay = await startRelay({ limits: { ...defaultLimits, address } })
    const first = await openSocket(relay.socketUrl('/signal'))
    await openSocket(relay.socketUrl('/sync'))
    await expect(openSocket(relay.socketUrl('/signal'))).rejects.toThrow('429')
    first.close()
    await once(first, 'close')
    await openSocket(relay.socketUrl('/signal'))
  })

  it('attack 56 serves on while others dawdle over their request', async () => {
    const relay = await startSite()
    const port = Number(new URL(relay.url).port)
    const dawdlers = Array.from({ length: 200 }, () => connect(port, '127.0.0.1'))
    onTestFinished(() => void dawdlers.map((socket) => socket.destroy()))
    for (const socket of dawdlers) socket.write('GET / HTTP/1.1\r\nHo')
    expect((await fetch(`${relay.url}/healthz`)).status).toBe(200)
  })

  it('attack 56 ends a request that comes letter by letter, and one that never begins', async () => {
    const relay = await startRelay({ limits: { ...defaultLimits, requestMs: 50 } })
    const open = () => connect(Number(new URL(relay.url).port), '127.0.0.1')
    const [slow, silent] = [open(), open()]
    const ended = [once(slow, 'close'), once(silent, 'close')]
    for (const socket of [slow, silent]) socket.resume()
    const drip = setInterval(() => slow.write('x'), 5)
    onTestFinished(() => clearInterval(drip))
    slow.on('error', () => {})
    slow.write('GET / HTTP/1.1\r\nX: ')
    await Promise.all(ended)
  })

  it('attack 56 bounds the connections of one address that ask nothing', async () => {
    const address = { ...defaultLimits.address, sockets: 1 }
    const relay = await startRelay({ limits: { ...defaultLimits, address } })
    const dawdlers = Array.from({ length: 140 }, () => connect(Number(new URL(relay.url).port), '127.0.0.1'))
    onTestFinished(() => void dawdlers.map((socket) => socket.destroy()))
    const ended = dawdlers.map((socket) => once(socket.on('error', () => {}).resume(), 'close'))
    await Promise.any(ended)
    for (const socket of dawdlers) socket.destroy()
    await Promise.all(ended)
    expect((await fetch(`${relay.url}/healthz`)).status).toBe(200)
  })

  it('attack 56 closes a socket that sends text or too much, with a reason, and no other', async () => {
    const relay = await startRelay()
    const witness = await openSocket(relay.socketUrl('/sync'))
    const chatty = await openSocket(relay.socketUrl('/sync'))
    chatty.send('hello')
    expect((await once(chatty, 'close'))[1].toString()).toBe('malformed')
    const heavy = await openSocket(relay.socketUrl('/sync'))
    heavy.send(new Uint8Array(70_000))
    expect((await once(heavy, 'close'))[0]).toBe(1009)
    expect(witness.readyState).toBe(witness.OPEN)
  })

  it('R4 knows no other doors', async () => {
    const relay = await startRelay()
    await expect(openSocket(relay.socketUrl('/elsewhere'))).rejects.toThrow('404')
  })

  it('R4 says goodbye when it stops', async () => {
    const relay = await startRelay()
    const [sync, signal] = [await openSocket(relay.socketUrl('/sync')), await openSocket(relay.socketUrl('/signal'))]
    const closed = Promise.all([once(sync, 'close'), once(signal, 'close')])
    await relay.close()
    expect((await closed).map(([code, reason]) => [code, reason.toString()])).toEqual([
      [4000, 'stopping'],
      [1001, 'stopping'],
    ])
  })

  it('R4 stops when it has confirmed what came, takes nobody in meanwhile, and says so', async () => {
    const store = createMemoryLogStore(systemRandom)
    let goOn = () => {}
    const isSlow = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let committing = () => {}
    const isCommitting = new Promise<void>((resolve) => {
      committing = resolve
    })
    const commit: typeof store.commit = async (writes) => {
      if (writes.some(({ type }) => type === 'blob')) {
        committing()
        await isSlow
      }
      return store.commit(writes)
    }
    const relay = await startRelay({ store: { ...store, commit } })
    const owner = await enterOwnRoom(relay.url, freshSeed())
    const [blob] = await makeBlobs(1, 1)
    owner.send({ type: 'put', blobs: [blob ?? new Uint8Array()] })
    await isCommitting
    const closed = relay.close()
    await expect(openSocket(relay.socketUrl('/sync'))).rejects.toThrow(/ECONNREFUSED|503/)
    goOn()
    await owner.next('stored')
    expect((await owner.next('bye')).reason).toBe('stopping')
    await closed
  })

  it('R4 stops in the end though its store does not', async () => {
    const store = createMemoryLogStore(systemRandom)
    const relay = await startRelay({
      store: {
        ...store,
        commit: (writes) => (writes.some(({ type }) => type === 'blob') ? new Promise(() => {}) : store.commit(writes)),
      },
      drainMs: 20,
    })
    const owner = await enterOwnRoom(relay.url, freshSeed())
    const [blob] = await makeBlobs(1, 1)
    owner.send({ type: 'put', blobs: [blob ?? new Uint8Array()] })
    owner.send({ type: 'read-door' })
    await owner.next('door')
    await relay.close()
    expect(await owner.closed).toBe('stopping')
  })

  it('R4 reports a port that is taken', async () => {
    const relay = await startRelay()
    await expect(startRelay({ port: Number(new URL(relay.url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
