import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCold, readTrace, rested, store } from '#bench/cold-open'
import { inTurns, type Measure, type Pair, type Workload } from '#bench/workload'
import type { EntryId } from '#lib/base/ids'
import { createHistory } from '#lib/testing/membership-history'
import type { LogEntry } from '#lib/workspace/log-node'

const MEMBERS = 200
const ADMINS = 8
/** Operations that an admin writes before hearing of the others'. */
const APART = 4
const FEW = 500
const MANY = 20_000
const ROUNDS = 7
/** Edits of the page that is opened. */
const EDITS = 2_000

/** A log of that many operations: admins who hear of each other now and then change roles, make links, remove people and name themselves. */
function createLog(operations: number): readonly LogEntry[] {
  const history = createHistory()
  const link = history.invite({ by: 'alice' }, 'editor', 0)
  const people = Array.from({ length: MEMBERS }, (_, i) => `member ${i}`)
  for (const name of people) history.admit({ by: 'alice' }, name, link)
  for (const name of people.slice(0, ADMINS)) history.give({ by: 'alice' }, name, 'admin')
  const first = history.heads()
  const roles = ['editor', 'viewer', 'commenter'] as const
  const newest = new Map<string, EntryId>()
  const heard = new Map<string, readonly EntryId[]>()
  for (let i = 0; history.entries.length < operations; i++) {
    const by = people[i % ADMINS] ?? 'alice'
    const target = people[ADMINS + ((i * 7) % (MEMBERS - ADMINS))] ?? 'alice'
    if (Math.floor(i / ADMINS) % APART === i % APART) heard.set(by, history.heads())
    const own = newest.get(by)
    const pen = { by, after: [...new Set([...(heard.get(by) ?? first), ...(own ? [own] : [])])] }
    const wrote = () => {
      if (i % 5 === 0) return history.write(pen, { type: 'profile.set', name: `${by}, ${i}`, paper: undefined })
      if (i % 5 === 1) return history.invite(pen, 'viewer', 1)
      return i % 50 === 2 ? history.remove(pen, target) : history.give(pen, target, roles[i % 3] ?? 'viewer')
    }
    newest.set(by, wrote())
  }
  return history.entries
}

/** Milliseconds for a thousand operations: taken in one by one, then resolved. */
function resolve(entries: readonly LogEntry[]): number {
  const begun = performance.now()
  const state = createHistory(0, []).state(entries)
  if (state.members.size < ADMINS) throw new Error('The log was not resolved')
  return ((performance.now() - begun) / entries.length) * 1000
}

async function resolving(): Promise<Measure> {
  const [few, many] = [createLog(FEW), createLog(MANY)]
  const pairs: Pair[] = []
  for (let i = 0; i < 20; i++) resolve(few)
  for (let round = 0; round < ROUNDS; round++) {
    const some = Array.from({ length: 10 }, () => resolve(few))
    pairs.push({ ours: resolve(many), peer: some.reduce((sum, ms) => sum + ms, 0) / some.length })
  }
  return {
    name: `a thousand operations of a log of ${MANY.toLocaleString('en')}, beside one of ${FEW}`,
    unit: 'ms',
    pairs,
    target: 1.5,
    limit: 'whose past holds what, and the memory for it',
  }
}

async function opening(): Promise<Measure> {
  const folder = await mkdtemp(join(tmpdir(), 'waxwing-bench-'))
  const { trace } = readTrace()
  const stored = async (members: number) => {
    const inFolder = join(folder, String(members))
    return rested(await store(inFolder, 'our-document', trace, { edits: EDITS, tail: 0, members }), inFolder)
  }
  const [crowd, alone] = [await stored(MEMBERS), await stored(1)]
  const times: Record<'crowd' | 'alone', number[]> = { crowd: [], alone: [] }
  await inTurns(
    ROUNDS,
    async () => void times.crowd.push((await openCold(crowd, folder)).ms),
    async () => void times.alone.push((await openCold(alone, folder)).ms),
  )
  for (const { server } of [crowd, alone]) server.close()
  await rm(folder, { recursive: true, force: true })
  return {
    name: `opening a workspace of ${MEMBERS} members, beside one of one`,
    unit: 'ms',
    pairs: times.crowd.map((ours, i) => ({ ours, peer: times.alone[i] ?? Number.NaN })),
    target: 1.5,
    limit: 'an admission for each member is decoded, put in its place and resolved, once',
  }
}

export const members: Workload = {
  name: 'membership',
  title: 'the log of a large workspace',
  peer: 'the same for a small one',
  run: async () => [await resolving(), await opening()],
}
