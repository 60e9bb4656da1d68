import { createFloodCrowd } from '#bench/flood-crowd'
import { type Measure, type Pair, quantile, type Workload } from '#bench/workload'
import { CROWD_MEAN_DELAY_MS, createCrowd } from '#lib/testing/crowd'
import { crowdLinks, STOCK_MANNERS } from '#lib/testing/crowd-links'
import { createSeededRandom } from '#lib/testing/seeded-random'

const SIZE = 200
const ROUNDS = 3
const WARM = 60
const EDITS = 100
const FLOODED = 20
const DARK_PART = 0.3
/** A round of anti-entropy: whatever the tree dropped has come by then. */
const HEAL_MS = 15_000
const WAY_HOPS = 4

interface Round {
  readonly ours: number
  readonly afterDark: number
  readonly left: number
  readonly p99: number
  readonly degree: number
  readonly flood: number
  readonly stock: number
}

/** Messages for an edit where everybody hands on to all links what is new. */
async function flooded(seed: number, links: Parameters<typeof createFloodCrowd>[2]): Promise<number> {
  const crowd = createFloodCrowd(seed, SIZE, links)
  await crowd.type(FLOODED)
  return crowd.messages() / FLOODED
}

async function live(seed: number): Promise<Round> {
  const crowd = await createCrowd(seed, SIZE)
  const { net, links } = crowd
  const messagesForAnEdit = async () => {
    net.resetCounts()
    await crowd.type(EDITS)
    return net.count() / EDITS
  }
  await crowd.type(WARM)
  crowd.takeDelays()
  const ours = await messagesForAnEdit()
  const p99 = quantile(crowd.takeDelays(), 0.99)
  crowd.goDark(DARK_PART)
  const afterDark = await messagesForAnEdit()
  await net.clock.advance(HEAL_MS)
  if (crowd.missed() > 0) throw new Error(`${crowd.missed()} entries did not reach everybody who is left`)
  console.log(`after ${DARK_PART * 100} % went dark the slowest entry took ${Math.max(...crowd.takeDelays())} ms`)
  return {
    ...{ ours, afterDark, p99 },
    left: crowd.alive().length,
    degree: (2 * links.length) / SIZE,
    flood: await flooded(seed, links),
    stock: await flooded(seed, crowdLinks(createSeededRandom(seed), SIZE, STOCK_MANNERS)),
  }
}

/** The dissemination of the product among 200 devices in virtual time; all frames count, those of the sign of life too. */
async function run(): Promise<readonly Measure[]> {
  const rounds: Round[] = []
  for (let seed = 1; seed <= ROUNDS; seed++) rounds.push(await live(seed))
  const degree = rounds.reduce((sum, round) => sum + round.degree, 0) / ROUNDS
  const pairs = (read: (round: Round) => Pair) => rounds.map(read)
  const tree = 'news of entries for others than the tree brings them to, and rounds of comparison'
  return [
    {
      name: `messages for an edit to ${SIZE - 1} simulated devices, beside a perfect tree`,
      unit: 'messages',
      pairs: pairs(({ ours }) => ({ ours, peer: SIZE - 1 })),
      target: 1.3,
      limit: tree,
    },
    {
      name: `the same over ${degree.toFixed(1)} links each, beside y-webrtc’s flood over the same`,
      unit: 'messages',
      pairs: pairs(({ ours, flood }) => ({ ours, peer: flood })),
      target: 1.3 / degree,
      limit: tree,
    },
    {
      name: 'the same beside y-webrtc’s flood over as many links as it makes itself',
      unit: 'messages',
      pairs: pairs(({ ours, stock }) => ({ ours, peer: stock })),
      target: 0.05,
      limit: tree,
    },
    {
      name: `the first ${EDITS} edits after 30 % of the devices went dark at once, beside a perfect tree of those left`,
      unit: 'messages',
      pairs: pairs(({ afterDark, left }) => ({ ours: afterDark, peer: left - 1 })),
      target: undefined,
      limit: 'what is sent to the dead until they are given up, and a tree that is grown anew; no entry was missed',
    },
    {
      name: `edit → ${SIZE - 1} simulated devices, p99, beside ${WAY_HOPS} hops of ${CROWD_MEAN_DELAY_MS} ms`,
      unit: 'ms',
      pairs: pairs(({ p99 }) => ({ ours: p99, peer: WAY_HOPS * CROWD_MEAN_DELAY_MS })),
      target: undefined,
      limit: 'one tree serves all who write, and is the shortest way from the first of them alone',
    },
  ]
}

export const simulatedCrowd: Workload = {
  name: 'P10',
  title: `an edit among ${SIZE} simulated devices`,
  peer: 'y-webrtc’s flood',
  run,
}
