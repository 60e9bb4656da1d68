/** What people write, name and hold as keys, searched in all that a relay gets, keeps, says and counts, on both stores. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { concat } from '#lib/base/bytes'
import type { ChannelName, DocumentId } from '#lib/base/ids'
import { ok } from '#lib/base/result'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { createQuietDoc } from '#lib/document/quiet-doc'
import { addPage, setTitle } from '#lib/document/workspace-index'
import { encodeFileReference } from '#lib/files/file-reference'
import { sealFile } from '#lib/files/seal-file'
import { foundWorkspace } from '#lib/host/found-workspace'
import { indexChannelName, logChannelName } from '#lib/protocol/channel-name'
import { type RelayKey, roomName } from '#lib/protocol/door'
import { entryKind } from '#lib/protocol/entry-kind'
import { createPieceRoad } from '#lib/sync/piece-road'
import { createRelayClient } from '#lib/sync/relay-client'
import { type Canary, findCanaries } from '#lib/testing/find-canaries'
import { page, replicaOf, storeOf } from '#lib/testing/lone-replica'
import { openRelayLink } from '#lib/transport/relay'
import { createFounderKeys } from '#lib/vault/device-keys'
import type { KnownOperation } from '#lib/workspace/operation'
import { encodeOperation } from '#lib/workspace/operation-format'
import { createNodeClock } from '#relay/node-clock'
import { type BuiltRelay, buildRelayForTest, makeFolder } from '#relay/testing/relay-process'
import { type PostgresServer, startPostgres } from '#relay/testing/start-postgres'

let relays: BuiltRelay
let server: PostgresServer
beforeAll(async () => {
  relays = buildRelayForTest()
  server = await startPostgres()
})
afterAll(async () => {
  relays.remove()
  await server.close()
})

const BODY = 'canary-body-sandpiper-2917'
const TITLE = 'canary-title-kestrel-5803'
const WORKSPACE = 'canary-workspace-dunlin-7741'
const PERSON = 'canary-person-plover-3360'
const FILE_NAME = 'canary-file-turnstone-4482.pdf'
const FILE = 'canary-picture-whimbrel-9125'

const platform = { crypto: createNodeCrypto(), clock: createNodeClock(), random: systemRandom }

/** Random bytes that are remembered. */
function remembering() {
  const drawn: Uint8Array[] = []
  const bytes = (count: number) => {
    drawn.push(systemRandom.bytes(count))
    return drawn.at(-1) as Uint8Array
  }
  return { drawn, random: { ...systemRandom, bytes } }
}

/** Somebody writes everything that should be nobody's business; resolves when the relay has it all. */
async function writeAll(url: string, frames: Uint8Array[]) {
  const seeds = remembering()
  const keys = await foundWorkspace(platform, await createFounderKeys(platform.crypto, seeds.random, seeds.random))
  const { replica, stored } = await replicaOf(keys, await storeOf())
  const room = { rootKey: keys.relay.publicKey as RelayKey, random: systemRandom.bytes(32) }
  const operate = (operation: KnownOperation) =>
    replica.append({ channel: logChannelName, ...encodeOperation(operation) })
  await operate({ type: 'relay.set', relays: [{ origin: url, ...room }] })
  await operate({ type: 'workspace.rename', name: WORKSPACE })
  await operate({ type: 'profile.set', name: PERSON, paper: undefined })

  const edit = async (channel: ChannelName, change: (doc: Y.Doc) => void) => {
    const opened = await replica.open(channel)
    const doc = createQuietDoc()
    doc.clientID = (opened.ok && opened.value.slots[0]) || 0
    doc.transact(() => change(doc))
    await replica.append({ channel, kind: entryKind.update, payload: Y.encodeStateAsUpdate(doc) })
  }
  const pieces: { name: Parameters<ReturnType<typeof createPieceRoad>['put']>[0]; bytes: Uint8Array }[] = []
  const content = new TextEncoder().encode(`${FILE} `.repeat(200))
  const sealed = await sealFile(
    { size: content.length, read: async (from, to) => content.subarray(from, to) },
    { ...platform, keep: async (piece) => ok(void pieces.push(piece)) },
  )
  if (!sealed.ok) throw new Error('not sealed')
  await edit(indexChannelName, (doc) => {
    const id = systemRandom.bytes(16) as DocumentId
    addPage(doc, id, 0)
    setTitle(doc, id, TITLE)
  })
  await edit(page, (doc) => {
    const [paragraph, file] = [new Y.XmlElement('paragraph'), new Y.XmlElement('file')]
    paragraph.insert(0, [new Y.XmlText(`${BODY}. `.repeat(30))])
    file.setAttribute('name', FILE_NAME)
    file.setAttribute('file', encodeFileReference(sealed.value))
    doc.getXmlFragment('body').insert(0, [paragraph, file])
  })

  const connect = async () => {
    const link = await openRelayLink(`${url.replace('http', 'ws')}/sync`, Heard(frames) as never)
    return link
  }
  const road = { ...platform, connect, origin: url, room, relayKey: keys.relay }
  const chains = stored.flatMap(([entry]) => (entry ? [entry.header.chain] : []))
  const missing = () => chains.filter((chain) => client.acknowledged(chain) < (replica.head(chain)?.seq ?? 0))
  let onAcknowledged = () => {}
  const client = createRelayClient({
    ...{ ...road, source: replica, isOwn: () => true, statements: () => [] },
    memory: { load: async () => undefined, save: async () => {} },
    onAcknowledged: () => onAcknowledged(),
  })
  await new Promise<void>((resolve) => {
    onAcknowledged = () => void (missing().length === 0 && resolve())
  })
  const carrier = createPieceRoad(road)
  for (const { name, bytes } of pieces) expect(await carrier.put(name, async () => bytes)).toBe('stored')
  carrier.close()
  await client.close()
  const secrets: readonly Canary[] = [
    ...[BODY, TITLE, WORKSPACE, PERSON, FILE_NAME, FILE].map((text) => ({ name: text, content: text })),
    ...seeds.drawn.map((seed, i) => ({ name: `seed ${i}`, content: seed })),
    ...keys.epochs.map(({ secret }) => ({ name: 'secret of the epoch', content: secret })),
    { name: 'key of tags', content: keys.tagKey },
    { name: 'workspace', content: keys.workspaceId },
    { name: 'key of the file', content: sealed.value.key },
  ]
  return { secrets, room: roomName(room.rootKey, room.random) }
}

/** A socket both ways of which are noted. */
const Heard = (frames: Uint8Array[]) =>
  class extends WebSocket {
    constructor(url: string) {
      super(url)
      this.on('message', (data: ArrayBuffer) => frames.push(new Uint8Array(data)))
    }
    override send(data: Uint8Array) {
      frames.push(data)
      super.send(data)
    }
  }

/** Every row of every table, as text, with bytes in hex; and what nodes tell each other from now on. */
async function rowsOf(url: string): Promise<() => Promise<Buffer>> {
  const client = new pg.Client(url)
  await client.connect()
  const said: string[] = []
  client.on('notification', ({ payload }) => said.push(payload ?? ''))
  const { rows } = await client.query<{ id: string }>("SELECT encode(id, 'hex') AS id FROM store")
  await client.query(`LISTEN waxwing_${rows[0]?.id}`)
  return async () => {
    const select = `SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`
    const tables = (await client.query<{ name: string }>(select)).rows
    const texts = []
    for (const { name } of tables) {
      texts.push(...(await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} AS t`)).rows)
    }
    await client.end()
    return Buffer.from([...texts.map(({ row }) => row), ...said].join('\n'))
  }
}

describe.each(['a file', 'PostgreSQL'])('a relay on %s', (kind) => {
  it('R4 learns no word, no name and no key, and writes none down', { timeout: 120_000 }, async () => {
    const isFile = kind === 'a file'
    const place = isFile ? { DATA_DIR: makeFolder() } : { DATABASE_URL: await server.createSchema() }
    const relay = await relays.start({ ...place, LOG_LEVEL: 'debug' })
    const rows = 'DATABASE_URL' in place ? await rowsOf(place.DATABASE_URL ?? '') : undefined
    const frames: Uint8Array[] = []
    const { secrets, room } = await writeAll(relay.url, frames)
    const metrics = await (await fetch(`${relay.url}/metrics`)).text()
    const places: Record<string, Uint8Array> = { frames: concat(...frames), metrics: Buffer.from(metrics) }
    if (rows) places.tables = await rows()
    await relay.stop(isFile ? 'SIGKILL' : 'SIGTERM')
    places.log = Buffer.from(relay.output())
    const folder = place.DATA_DIR
    for (const file of folder ? readdirSync(folder) : []) places[file] = readFileSync(join(folder ?? '', file))

    const found = (canaries: readonly Canary[]) =>
      Object.entries(places).flatMap(([where, bytes]) =>
        findCanaries(bytes, canaries).map((form) => `${form} in ${where}`),
      )
    expect(found(secrets)).toEqual([])
    const seen = found([
      { name: 'room', content: room },
      { name: 'address', content: new URL(relay.url).host },
      { name: 'figure', content: 'waxwing_blobs_stored_total' },
    ])
    expect(seen).toContain('room as bytes in frames')
    expect(seen).toContain('address as UTF-8 in log')
    expect(seen).toContain('figure as UTF-8 in metrics')
    expect(seen).toContainEqual(
      isFile ? expect.stringMatching(/^room as bytes in relay\.db/) : 'room as bytes in hex in tables',
    )
  })
})
