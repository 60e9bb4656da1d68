import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { ChainTag, DeviceId, EntryId, PersonId } from '#lib/base/ids'
import { firstConnection, stepConnection } from '#lib/delivery/connection-state'
import { type DeliveryFacts, type DeliveryMember, deliveryView, type HeldChain } from '#lib/delivery/delivery-state'
import type { JudgedState } from '#lib/delivery/judged-state'
import { createReceiptBook, type ReceiptBook } from '#lib/delivery/receipt-book'
import { decodeReceiptBook, encodeReceiptBook } from '#lib/delivery/receipt-book-bytes'
import type { Receipt } from '#lib/protocol/receipt'

const NOW = 1_700_000_000_000
const DAY = 24 * 60 * 60 * 1000
const bytes = (size: number, fill: number) => new Uint8Array(size).fill(fill)
const device = (n: number) => bytes(32, n) as DeviceId
const chain = (n: number) => bytes(16, n) as ChainTag
const idOf = (at: ChainTag, seq: number) => Uint8Array.of(at[0] ?? 0, seq, ...bytes(30, 9)) as EntryId
const connected = stepConnection(firstConnection(NOW), {
  nowMs: NOW,
  relay: 'connected',
  directPeers: 0,
  online: true,
  waiting: 0,
  received: 0,
})

const member = (name: string, n: number, ...devices: number[]): DeliveryMember => ({
  person: bytes(32, 100 + n) as PersonId,
  name,
  colour: n,
  devices: devices.map(device),
})
const [alice, bob, carol] = [member('Alice', 1, 1), member('Bob', 2, 2, 3), member('Carol', 3, 4)]

/** Alice's own entries: those of chains 1 and 2, up to 50 each. */
const newBook = () =>
  createReceiptBook({
    device: device(1),
    isOwn: (of, seq, idPrefix) =>
      [1, 2].includes(of[0] ?? 0) && seq <= 50 && toHex(idPrefix) === toHex(idOf(of, seq).slice(0, 8)),
  })

const receipt = (
  from: number,
  counter: number,
  seqs: Record<number, number>,
  changes: Partial<Receipt> = {},
): Receipt => ({
  device: device(from),
  counter,
  at: NOW,
  digest: bytes(16, from),
  heads: Object.entries(seqs).map(([n, seq]) => ({
    chain: chain(Number(n)),
    seq,
    idPrefix: idOf(chain(Number(n)), seq).slice(0, 8),
  })),
  complete: true,
  ...changes,
})

/** What Alice judged: all she wrote, in a state that others know by the digest 99…. */
const same: JudgedState = {
  digest: bytes(16, 99),
  newestByChain: new Map([
    [toHex(chain(1)), 10],
    [toHex(chain(2)), 5],
  ]),
}

const facts = (book: ReceiptBook, changes: Partial<DeliveryFacts> = {}): DeliveryFacts => ({
  nowMs: NOW,
  device: device(1),
  members: [alice, bob, carol],
  ownChains: [
    { chain: chain(1), newest: 10, relayed: 0 },
    { chain: chain(2), newest: 5, relayed: 0 },
  ],
  ownLog: [{ chain: chain(3), newest: 2, relayed: 0 }],
  everyChain: () => [],
  relayHolds: () => false,
  proofOf: book.proofOf,
  judged: same,
  relay: 'connected',
  direct: new Set(),
  atRelay: new Set(),
  connection: connected,
  draft: false,
  pending: 0,
  late: 0,
  storage: 'safe',
  blocked: 0,
  filesWaiting: false,
  verified: { edits: 15, people: 3, unchecked: 0 },
  ...changes,
})
const pill = (book: ReceiptBook, changes: Partial<DeliveryFacts> = {}) => deliveryView(facts(book, changes)).pill
const ALL = { 1: 10, 2: 5 }

describe('delivery', () => {
  it('R10 says that everyone has it when one device of each person proved it', () => {
    const book = newBook()
    book.add(receipt(3, 1, ALL), NOW)
    expect(pill(book)).toEqual({ type: 'some', have: 1, of: 2 })
    book.add(receipt(4, 1, ALL), NOW)
    expect(pill(book)).toEqual({ type: 'everyone', viaRelay: false })
  })

  it('F1 R10 does not say that everyone has it while a picture that is named in it waits for a relay', () => {
    const book = newBook()
    for (const from of [3, 4]) book.add(receipt(from, 1, ALL), NOW)
    expect(pill(book, { filesWaiting: true })).toEqual({ type: 'files-waiting' })
  })

  it('R10 says that it went over the relay only while somebody is there whom no direct link reaches', () => {
    const book = newBook()
    for (const from of [3, 4]) book.add(receipt(from, 1, ALL), NOW)
    const carol = new Set([toHex(device(4))])
    const stranger = new Set([toHex(device(9))])
    expect(pill(book)).toEqual({ type: 'everyone', viaRelay: false })
    expect(pill(book, { atRelay: stranger })).toEqual({ type: 'everyone', viaRelay: false })
    expect(pill(book, { atRelay: carol })).toEqual({ type: 'everyone', viaRelay: true })
    expect(pill(book, { direct: carol })).toEqual({ type: 'everyone', viaRelay: false })
    const bobDirect = { direct: new Set([toHex(device(3))]), atRelay: carol }
    expect(pill(book, bobDirect)).toEqual({ type: 'everyone', viaRelay: false })
  })

  it('R10 says of nobody that the relay reaches them who was not heard there lately', () => {
    const links = { direct: new Set([toHex(device(2))]), atRelay: new Set([toHex(device(4))]) }
    const { people } = deliveryView(facts(newBook(), links))
    const linksOf = (name: string) => people.find((person) => person.name === name)?.devices.map(({ link }) => link)
    expect([linksOf('Bob'), linksOf('Carol')]).toEqual([['direct', 'none'], ['relay']])
  })

  it('R10 tells who is behind, and by how much, behind first and me last', () => {
    const book = newBook()
    book.add(receipt(2, 1, { 1: 4 }), NOW)
    book.add(receipt(4, 1, ALL), NOW)
    const { people } = deliveryView(facts(book))
    expect(people.map(({ name, behind }) => `${name} ${behind}`)).toEqual(['Bob 11', 'Carol 0', 'Alice 0'])
  })

  it('R10 counts another own device, and nobody when there is none', () => {
    expect(pill(newBook(), { members: [alice] })).toEqual({ type: 'saved-here', copied: false })
    const book = newBook()
    const withPhone = { members: [member('Alice', 1, 1, 5)] }
    expect(pill(book, withPhone)).toEqual({ type: 'some', have: 0, of: 1 })
    book.add(receipt(5, 1, ALL), NOW)
    expect(pill(book, withPhone)).toEqual({ type: 'everyone', viaRelay: false })
  })

  it('R10 names devices that are silent for 30 days and does not count them', () => {
    const book = newBook()
    book.add(receipt(3, 1, ALL), NOW)
    book.add(receipt(4, 1, { 1: 3 }, { at: NOW - 31 * DAY }), NOW)
    const view = deliveryView(facts(book))
    expect(view.pill).toEqual({ type: 'everyone', viaRelay: false })
    expect(view.people.find(({ name }) => name === 'Carol')?.devices[0]).toMatchObject({ silent: true, behind: 12 })
  })

  it('R10 believes the digest of a device that holds the very same', () => {
    const book = newBook()
    for (const from of [2, 4]) book.add(receipt(from, 1, {}, { digest: bytes(16, 99), complete: false }), NOW)
    expect(pill(book)).toEqual({ type: 'everyone', viaRelay: false })
    expect(pill(book, { judged: { ...same, digest: bytes(16, 98) } })).toEqual({ type: 'some', have: 0, of: 2 })
  })

  it('R10 believes a digest for what it covers, and not for an edit that was made since', () => {
    const book = newBook()
    for (const from of [2, 4]) book.add(receipt(from, 1, {}, { digest: bytes(16, 99), complete: false }), NOW)
    const ownChains = [
      { chain: chain(1), newest: 11, relayed: 0 },
      { chain: chain(2), newest: 5, relayed: 0 },
    ]
    const view = deliveryView(facts(book, { ownChains }))
    expect(view.pill).toEqual({ type: 'some', have: 0, of: 2 })
    expect(view.people.map(({ behind }) => behind)).toEqual([1, 1, 0])
  })

  it('counts what waits while offline: what no device and no relay has', () => {
    const book = newBook()
    book.add(receipt(4, 1, { 1: 8 }), NOW)
    const offline = { ...connected, phase: 'offline' as const }
    const ownChains = [
      { chain: chain(1), newest: 10, relayed: 2 },
      { chain: chain(2), newest: 5, relayed: 4 },
    ]
    expect(pill(book, { connection: offline, ownChains })).toEqual({ type: 'offline', waiting: 3 })
  })

  it('says nothing about others before everything is on disk', () => {
    const book = newBook()
    for (const from of [2, 4]) book.add(receipt(from, 1, ALL), NOW)
    expect(pill(book, { pending: 1, late: 1 })).toEqual({ type: 'saving' })
    expect(pill(book, { storage: 'full', late: 1 })).toEqual({ type: 'storage-full' })
    expect(pill(book, { blocked: 2 })).toEqual({ type: 'blocked', count: 2 })
    expect(pill(newBook(), { draft: true, members: [] })).toEqual({ type: 'not-saved-yet' })
  })

  it('R10 says that the relay has everything only of all that was written, operations, too, and waits for no disk', () => {
    const ownLog = [{ chain: chain(3), newest: 2, relayed: 2 }]
    const ownChains = [{ chain: chain(1), newest: 10, relayed: 10 }]
    const asked: HeldChain[][] = []
    const relayHolds = (chains: readonly HeldChain[]) => asked.push([...chains]) > 0
    const relayed = (changes: Partial<DeliveryFacts>) =>
      deliveryView(facts(newBook(), { ownChains, ownLog, relayHolds, ...changes })).relayed
    expect(relayed({})).toBe(true)
    expect(asked).toEqual([[...ownChains, ...ownLog]])
    expect([relayed({ pending: 1 }), relayed({ relayHolds: () => false })]).toEqual([false, false])
  })

  it('R10 F1 says to whoever is alone that a copy is at the relay only while it has what others wrote, and files, too', () => {
    const old = { chain: chain(4), newest: 7, relayed: 0 }
    const everyChain = () => [old]
    const alone = { members: [alice], everyChain }
    const holdsOwn = (chains: readonly HeldChain[]) => !chains.includes(old)
    const [copied, notCopied] = [true, false].map((copied) => ({ type: 'saved-here', copied }))
    expect(pill(newBook(), { ...alone, relayHolds: () => true })).toEqual(copied)
    expect(pill(newBook(), { ...alone, relayHolds: () => true, filesWaiting: true })).toEqual(notCopied)
    expect(pill(newBook(), { ...alone, relayHolds: () => true, pending: 1 })).toEqual(notCopied)
    expect(pill(newBook(), { ...alone, relayHolds: holdsOwn })).toEqual(notCopied)
    expect(deliveryView(facts(newBook(), { ...alone, relayHolds: holdsOwn })).relayed).toBe(true)
  })

  it('says that the disk may be cleared to whoever is the only one to have it, and to nobody else', () => {
    expect(pill(newBook(), { members: [alice], storage: 'unsafe' })).toEqual({ type: 'storage-unsafe' })
    expect(pill(newBook(), { members: [alice], storage: 'safe' })).toMatchObject({ type: 'saved-here' })
    expect(pill(newBook(), { storage: 'unsafe' })).toEqual({ type: 'some', have: 0, of: 2 })
  })

  it('attack 3 takes a receipt once, and none that is older', () => {
    const book = newBook()
    expect(book.add(receipt(2, 5, { 1: 5 }), NOW)).toBe(true)
    expect(book.add(receipt(2, 5, ALL), NOW)).toBe(false)
    expect(book.add(receipt(2, 4, ALL), NOW)).toBe(false)
    expect(book.add(receipt(1, 9, ALL), NOW)).toBe(false)
    expect(book.proofOf(device(2))?.newestByChain).toEqual(new Map([[toHex(chain(1)), 5]]))
  })

  it('R10 believes no receipt about entries that this device never wrote', () => {
    const book = newBook()
    const wrongBranch = { chain: chain(1), seq: 10, idPrefix: bytes(8, 1) }
    const future = { chain: chain(2), seq: 51, idPrefix: idOf(chain(2), 51).slice(0, 8) }
    book.add(receipt(4, 1, {}, { heads: [wrongBranch, future] }), NOW)
    expect(book.proofOf(device(4))?.newestByChain.size).toBe(0)
  })

  it('R10 never claims more than genuine receipts prove, whatever is replayed', () => {
    const someReceipt = fc.record({
      from: fc.constantFrom(2, 3, 4, 9),
      counter: fc.integer({ min: 1, max: 6 }),
      a: fc.integer({ min: 1, max: 12 }),
      b: fc.integer({ min: 1, max: 7 }),
      age: fc.integer({ min: 0, max: 40 }),
    })
    fc.assert(
      fc.property(fc.array(someReceipt, { maxLength: 30 }), fc.boolean(), (sent, restarts) => {
        let book = newBook()
        const proven = new Map<number, { a: number; b: number }>()
        for (const { from, counter, a, b, age } of sent) {
          book.add(receipt(from, counter, { 1: a, 2: b }, { at: NOW - age * DAY }), NOW)
          const best = proven.get(from) ?? { a: 0, b: 0 }
          proven.set(from, { a: Math.max(best.a, a), b: Math.max(best.b, b) })
          const kept = decodeReceiptBook(encodeReceiptBook(book.all()))
          if (restarts && kept.ok) {
            const isOwn = () => true
            book = createReceiptBook({ device: device(1), isOwn, kept: kept.value })
          }
        }
        const has = (of: number) => (proven.get(of)?.a ?? 0) >= 10 && (proven.get(of)?.b ?? 0) >= 5
        const view = deliveryView(facts(book))
        const claimed = view.people.filter(({ me, behind }) => !me && behind === 0).map(({ name }) => name)
        if (claimed.includes('Bob')) expect(has(2) || has(3)).toBe(true)
        if (claimed.includes('Carol')) expect(has(4)).toBe(true)
        if (view.pill.type === 'everyone') expect(claimed.length).toBeGreaterThan(0)
      }),
      { numRuns: 500 },
    )
  })

  it('keeps a book over a restart, and refuses a damaged one', () => {
    const book = newBook()
    for (const from of [2, 4]) book.add(receipt(from, from, ALL), NOW)
    const kept = encodeReceiptBook(book.all())
    expect(decodeReceiptBook(kept)).toEqual({ ok: true, value: book.all() })
    expect(decodeReceiptBook(kept.subarray(1)).ok).toBe(false)
  })
})
