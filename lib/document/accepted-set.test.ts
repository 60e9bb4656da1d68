import { describe, expect, it } from 'vitest'
import { acceptedSet, crossesEnd, type GraphEntry, type StandingEnd } from '#lib/document/accepted-set'
import { createSeededRandom, type SeededRandom } from '#lib/testing/seeded-random'

interface Sample extends GraphEntry {
  readonly seq: number
}

/** `bob2` is entry 2 of Bob's chain; a trailing letter marks a branch: `bob2x`. */
function entry(name: string, past: readonly string[] = [], more: Partial<Sample> = {}): Sample {
  const [, person = '', seq = '1'] = /^([a-z]+?)(\d+)/.exec(name) ?? []
  const prev = past.find((id) => id.startsWith(person))
  const sound = { isSound: true, isVoid: false, endsSeen: new Set<string>() }
  return { id: name, chain: person, seq: Number(seq), prev, person, past, ...sound, ...more }
}

const removal = (person: string, ...cut: string[]): StandingEnd => ({
  operation: `remove ${person}`,
  concerns: (each) => each.person === person,
  cut,
})

const judged = (entries: readonly Sample[], ...ends: StandingEnd[]) => {
  const { accepted, heldBack, waiting } = acceptedSet(entries, ends)
  return { accepted: [...accepted].sort(), heldBack: Object.fromEntries(heldBack), waiting: [...waiting] }
}

describe('late edits', () => {
  const kim = [entry('kim1'), entry('kim2', ['kim1']), entry('kim3', ['kim2'])]

  it('attack 37 W1 counts what the remover had, and holds back the rest', () => {
    expect(judged(kim, removal('kim', 'kim2'))).toMatchObject({
      accepted: ['kim1', 'kim2'],
      heldBack: { kim3: 'late' },
    })
    expect(judged(kim, removal('kim'))).toMatchObject({ accepted: [], heldBack: { kim1: 'late', kim3: 'late' } })
  })

  it('attack 39 W1 counts what somebody who may still write has built on, whatever the cut says', () => {
    const entries = [...kim, entry('bob1', ['kim2'])]
    expect(judged(entries, removal('kim')).accepted).toEqual(['bob1', 'kim1', 'kim2'])
  })

  it('attack 38 W1 counts nothing for the word of another who is gone', () => {
    const entries = [...kim, entry('bob1', ['kim3'])]
    expect(judged(entries, removal('kim'), removal('bob')).accepted).toEqual([])
  })

  it('attack 37 W2 lets one click keep what was held back', () => {
    const entries = [...kim, entry('alice1', ['kim3'])]
    expect(judged(entries, removal('kim', 'kim1'))).toMatchObject({ heldBack: {} })
  })

  it('W5 does not let a regained right bring in what was held back', () => {
    const ends = [removal('kim', 'kim1')]
    const endsSeen = new Set(['remove kim'])
    const sameLife = entry('kim4', ['kim3'], { endsSeen })
    expect(crossesEnd(sameLife, kim[2], ends)).toBe(true)
    expect(judged([...kim, { ...sameLife, isVoid: true }], ...ends).accepted).toEqual(['kim1'])
    const newLife = entry('kim1', ['kim1'], { id: 'kim1-life2', chain: 'kim-2', endsSeen })
    expect(crossesEnd(newLife, undefined, ends)).toBe(false)
    expect(judged([...kim, newLife], ...ends).accepted).toEqual(['kim1', 'kim1-life2'])
  })

  it('E8 keeps a void entry out and what stands before it in', () => {
    const entries = [entry('bob1'), entry('bob2', ['bob1'], { isVoid: true }), entry('bob3', ['bob2'])]
    expect(judged(entries)).toEqual({ accepted: ['bob1', 'bob3'], heldBack: {}, waiting: [] })
  })

  it('E8 waits for a past that is not here', () => {
    expect(judged([entry('bob2', ['bob1']), entry('alice1', ['bob2']), entry('alice1', [], { id: 'carol1' })])).toEqual(
      {
        accepted: ['carol1'],
        heldBack: {},
        waiting: ['bob2', 'alice1'],
      },
    )
  })
})

describe('forks', () => {
  const fork = [entry('kim1'), entry('kim2a', ['kim1']), entry('kim2b', ['kim1']), entry('kim3b', ['kim2b'])]

  it('E3 keeps the branch that more other people built on', () => {
    const entries = [...fork, entry('bob1', ['kim3b'])]
    expect(judged(entries)).toMatchObject({
      accepted: ['bob1', 'kim1', 'kim2b', 'kim3b'],
      heldBack: { kim2a: 'losing-branch' },
    })
  })

  it('E3 keeps the lower id of two branches that nobody built on', () => {
    expect(judged(fork)).toMatchObject({
      accepted: ['kim1', 'kim2a'],
      heldBack: { kim2b: 'losing-branch', kim3b: 'losing-branch' },
    })
  })

  it("E3 counts neither the author's own entries, nor unsound ones, nor who stands in both", () => {
    const second = entry('kim1', ['kim2b'], { id: 'kim-phone1', chain: 'kim-phone', prev: undefined })
    const both = [entry('bob1', ['kim2a']), entry('bob2', ['bob1', 'kim2b'])]
    const silent = entry('carol1', ['kim2b'], { isSound: false, isVoid: true })
    expect(judged([...fork, second, ...both, silent]).accepted).toEqual(['bob1', 'kim1', 'kim2a'])
  })

  it('E3 judges each fork by itself: what follows different entries is none', () => {
    const longer = [...fork, entry('kim3c', ['kim2a']), entry('bob1', ['kim2a'])]
    expect(judged(longer).accepted).toEqual(['bob1', 'kim1', 'kim2a', 'kim3c'])
  })

  it('E3 precedes W1: neither adopt nor a cut brings a losing branch back', () => {
    const entries = [...fork, entry('bob1', ['kim2a']), entry('carol1', ['bob1']), entry('alice1', ['kim3b'])]
    const result = judged(entries, removal('kim', 'kim3b'))
    expect(result.accepted).toEqual(['bob1', 'carol1', 'kim1', 'kim2a'])
    expect(result.heldBack).toMatchObject({ alice1: 'losing-branch', kim2b: 'losing-branch', kim3b: 'losing-branch' })
  })
})

/**
 * Alice removes Sam while some are apart; Sam goes on, and writes back-dated entries after everybody knows. Honest people
 * who know of the removal take nothing from Sam any more; a hostile relay delivers it all in the end.
 */
function simulateRemoval(random: SeededRandom) {
  const honest = ['alice', 'bob', 'carol', 'dora']
  const everybody = [...honest, 'sam']
  const copies = new Map(everybody.map((person) => [person, new Map<string, Sample>()]))
  const copyOf = (person: string) => copies.get(person) ?? new Map<string, Sample>()
  const knows = new Set<string>()
  let end: StandingEnd | undefined
  const view = (person: string) =>
    acceptedSet([...copyOf(person).values()], end && knows.has(person) ? [end] : []).accepted
  const newestOf = (ids: Iterable<string>, person: string, author: string): Sample | undefined =>
    [...ids]
      .flatMap((id) => copyOf(person).get(id) ?? [])
      .filter((each) => each.person === author)
      .sort((a, b) => b.seq - a.seq)[0]

  function write(person: string, blindly = false): Sample {
    const own = newestOf(copyOf(person).keys(), person, person)
    const basis = blindly ? copyOf(person).keys() : view(person)
    const ids = [...basis]
    const others = everybody.filter((author) => author !== person && random.chance(0.7))
    const past = [own, ...others.map((author) => newestOf(ids, person, author))].flatMap((each) => each?.id ?? [])
    const made = entry(`${person}${(own?.seq ?? 0) + 1}`, past)
    copyOf(person).set(made.id, made)
    return made
  }
  function meet(one: string, other: string): void {
    if ((one === 'sam' && knows.has(other)) || (other === 'sam' && knows.has(one))) return
    for (const each of copyOf(one).values()) copyOf(other).set(each.id, each)
    for (const each of copyOf(other).values()) copyOf(one).set(each.id, each)
    if (one !== 'sam' && other !== 'sam' && (knows.has(one) || knows.has(other))) knows.add(one).add(other)
  }
  const meetAll = () => {
    for (const one of honest) for (const other of honest) if (one !== other) meet(one, other)
  }

  for (let step = 0; step < 14; step++) {
    if (random.chance(0.6)) write(random.pick(everybody))
    else meet(random.pick(honest), random.pick(everybody))
  }
  const cut = newestOf(view('alice'), 'alice', 'sam')?.id
  end = removal('sam', ...(cut ? [cut] : []))
  knows.add('alice')
  for (let step = 0; step < 16; step++) {
    const act = random.below(4)
    if (act < 2) write(act === 0 ? 'sam' : random.pick(honest))
    else meet(random.pick(honest), act === 2 ? random.pick(honest) : 'sam')
  }
  for (let round = 0; round < 3; round++) meetAll()
  const backDated = Array.from({ length: 4 }, () => write('sam', true).id)
  for (const person of honest) for (const each of copyOf('sam').values()) copyOf(person).set(each.id, each)
  for (let step = 0; step < 5; step++) write(random.pick(honest))
  for (let round = 0; round < 2; round++) meetAll()
  return { honest, entries: [...copyOf('alice').values()], end, cut, backDated, viewOf: view }
}

it('attack 38 W1 loses no honest edit, admits no back-dated one and reads alike everywhere, in 1,000 removals', () => {
  for (let seed = 0; seed < 1000; seed++) {
    const random = createSeededRandom(seed)
    const { honest, entries, end, cut, backDated, viewOf } = simulateRemoval(random)
    const { accepted } = acceptedSet(random.shuffle(entries), [end])
    for (const person of honest) expect([...viewOf(person)].sort(), `seed ${seed}`).toEqual([...accepted].sort())
    for (const each of entries) {
      if (accepted.has(each.id))
        expect(
          each.past.every((id) => accepted.has(id)),
          `seed ${seed} closed`,
        ).toBe(true)
      if (each.person !== 'sam') expect(accepted.has(each.id), `seed ${seed} ${each.id}`).toBe(true)
    }
    expect(
      backDated.some((id) => accepted.has(id)),
      `seed ${seed} back-dated`,
    ).toBe(false)
    if (cut) expect(accepted.has(cut), `seed ${seed} cut`).toBe(true)
  }
})

it('E3 decides alike in every order, and accepts a causally closed set', () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = createSeededRandom(seed)
    const entries: Sample[] = []
    for (let i = 0; i < 30; i++) {
      const person = random.pick(['alice', 'bob', 'carol', 'kim'])
      const own = entries.filter((each) => each.person === person)
      const prev = own.length > 0 ? (random.chance(0.15) ? random.pick(own) : own.at(-1)) : undefined
      const past = [prev?.id, random.chance(0.5) ? entries.at(-1)?.id : undefined].flatMap((id) => id ?? [])
      entries.push(entry(`${person}${(prev?.seq ?? 0) + 1}`, past, { id: `${person}-${i}` }))
    }
    const { accepted } = acceptedSet(entries, [removal('bob')])
    expect(acceptedSet(random.shuffle(entries), [removal('bob')]).accepted).toEqual(accepted)
    const places = new Set<string>()
    for (const each of entries.filter(({ id }) => accepted.has(id))) {
      expect(
        each.past.every((id) => accepted.has(id)),
        `seed ${seed}`,
      ).toBe(true)
      expect(places.has(`${each.chain}${each.seq}`), `seed ${seed}`).toBe(false)
      places.add(`${each.chain}${each.seq}`)
    }
  }
})
