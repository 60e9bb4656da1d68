import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { launchProfile } from '#bench/chromium'
import { type PageServer, startPageServer } from '#bench/page-server'
import { inTurns, type Workload } from '#bench/workload'

const ROUNDS = 9
/** Edits that neither side has folded into its snapshot yet: half of what y-indexeddb lets gather. */
const TAIL = 250

/** A browser profile with a document in it. */
export interface Stored {
  readonly server: PageServer
  readonly profile: string
  readonly id: string
}

export function readTrace(): { trace: Buffer; edits: number } {
  const whole = join(process.env.WAXWING_TRACES ?? '', 'automerge-paper.json.gz')
  const isWhole = process.env.WAXWING_TRACES !== undefined && existsSync(whole)
  const trace = gunzipSync(readFileSync(isWhole ? whole : 'lib/testing/traces/automerge-paper.json.gz'))
  return { trace, edits: (JSON.parse(trace.toString()) as { txns: unknown[] }).txns.length }
}

/** What a page writes: the first edits of the trace, the last `tail` of them unfolded; `members` besides the reader. */
interface Written {
  readonly edits: number
  readonly tail: number
  readonly members?: number
}

/** A profile with the document in it. */
export async function store(folder: string, page: string, trace: Buffer, written: Written): Promise<Stored> {
  const server = await startPageServer(page, { trace })
  const profile = join(folder, page)
  const context = await launchProfile(profile)
  const [tab = await context.newPage()] = context.pages()
  tab.on('console', (message) => console.log(`  ${page}: ${message.text()}`))
  await tab.goto(server.url)
  const id: string = await tab.evaluate(`write(${JSON.stringify(written)})`)
  await context.close()
  return { server, profile, id }
}

/** The same profile after a pause. */
export async function rested(stored: Stored, folder: string): Promise<Stored> {
  const profile = join(folder, 'rested')
  await cp(stored.profile, profile, { recursive: true })
  const context = await launchProfile(profile)
  const [tab = await context.newPage()] = context.pages()
  await tab.goto(stored.server.url)
  await tab.evaluate(`pause('${stored.id}')`)
  await context.close()
  return { ...stored, profile }
}

/** Opens a pristine copy of the profile in a browser process of its own. */
export async function openCold(stored: Stored, folder: string): Promise<{ ms: number; length: number }> {
  const profile = await mkdtemp(join(folder, 'copy-'))
  await cp(stored.profile, profile, { recursive: true })
  const context = await launchProfile(profile)
  const [tab = await context.newPage()] = context.pages()
  await tab.goto(stored.server.url)
  const opened: { ms: number; length: number } = await tab.evaluate(`open('${stored.id}')`)
  await context.close()
  await rm(profile, { recursive: true, force: true })
  return opened
}

export const coldOpen: Workload = {
  name: 'P3',
  title: 'cold open of a long document, a fresh browser and a pristine profile each time',
  peer: 'y-indexeddb, plaintext',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'waxwing-bench-'))
    const { trace, edits } = readTrace()
    const killed = await store(folder, 'our-document', trace, { edits, tail: TAIL })
    const sides = {
      closed: await rested(killed, folder),
      killed,
      peer: await store(folder, 'peer-document', trace, { edits, tail: TAIL }),
    }
    const times: Record<keyof typeof sides, number[]> = { closed: [], killed: [], peer: [] }
    const lengths = new Set<number>()
    const turn = (side: keyof typeof sides) => async () => {
      const { ms, length } = await openCold(sides[side], folder)
      times[side].push(ms)
      lengths.add(length)
    }
    const ours = async () => {
      for (const side of ['closed', 'killed'] as const) await turn(side)()
    }
    await inTurns(ROUNDS, ours, turn('peer'))
    for (const { server } of [killed, sides.peer]) server.close()
    await rm(folder, { recursive: true, force: true })
    if (lengths.size !== 1) throw new Error(`The two sides hold different texts: ${[...lengths].join(', ')}`)
    const pairsOf = (side: 'closed' | 'killed') =>
      times[side].map((ours, i) => ({ ours, peer: times.peer[i] ?? Number.NaN }))
    const name = `cold open, ${edits.toLocaleString('en')} edits`
    return [
      {
        name: `${name}, left in a pause`,
        unit: 'ms',
        pairs: pairsOf('closed'),
        target: 0.75,
        limit: 'keys and log open first; the state is read, unsealed and decoded like the peer’s',
      },
      {
        name: `${name}, killed in the middle`,
        unit: 'ms',
        pairs: pairsOf('killed'),
        target: 0.75,
        limit: 'the last 250 edits are judged one by one, and the state is decoded twice',
      },
    ]
  },
}
