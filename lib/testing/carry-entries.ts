import type { Replica } from '#lib/replica/replica'

/** Brings all that one replica has to another. */
export async function carryEntries(from: Replica, to: Replica): Promise<void> {
  const heads = [...from.heads()].sort((a, b) => (a.lane === b.lane ? 0 : a.lane === 'log' ? -1 : 1))
  for (const { chain, from: first = 1 } of heads) {
    const run = await from.read(chain, first, 1_000_000)
    await to.receive(run)
  }
}
