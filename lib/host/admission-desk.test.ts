import { beforeEach, describe, expect, it } from 'vitest'
import { toHex, utf8 } from '#lib/base/bytes'
import type { DeviceId, PersonId } from '#lib/base/ids'
import { kdf } from '#lib/crypto/kdf'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { type AdmissionDesk, createAdmissionDesk } from '#lib/host/admission-desk'
import { createInvitationDesk, type InvitationDesk } from '#lib/host/invitation-desk'
import type { InvitationWish, MadeInvitation } from '#lib/host/invitation-facts'
import { openSpokenInvitations } from '#lib/host/spoken-invitations'
import { type MakeOperation, writeOperation } from '#lib/host/write-operation'
import { openWrongPins } from '#lib/host/wrong-pins'
import type { TailValue } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import type { Replica } from '#lib/replica/replica'
import { createKeyChain } from '#lib/testing/invited'
import { found, replicaOf, storeOf } from '#lib/testing/lone-replica'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { linkKeys, type MailboxSecret, type StretchedPin, stretchPin } from '#lib/workspace/invitation'
import { decodeLink } from '#lib/workspace/invite-link'
import { createJoin } from '#lib/workspace/join'
import { wordsOfJoin } from '#lib/workspace/join-words'
import { openMessage, sealMessage } from '#lib/workspace/mailbox-message'
import type { Genesis, Operation } from '#lib/workspace/operation'
import { decodeOperation } from '#lib/workspace/operation-format'
import { openSpokenLink, wordsMailboxKey } from '#lib/workspace/spoken-link'
import { readWords, secretOfWords } from '#lib/workspace/spoken-words'

const crypto = createNodeCrypto()
const random = createSeededRandom(11)
let hasRoom = true
async function stretch(secret: Uint8Array, salt: Uint8Array) {
  if (!hasRoom) throw new Error('no room')
  return kdf(secret, salt, utf8('stretched in a test'))
}
const usual: InvitationWish = { role: 'editor', singleUse: true, days: 7, approval: false, pin: false, label: '' }

let replica: Replica
let desk: AdmissionDesk
/** The device's leader begins anew. */
let restart: () => Promise<void>
/** What the desk's device holds and is; the log is the owner's. */
let own: { hasSecrets: boolean; role: 'owner' | 'editor' }
let invitations: InvitationDesk
let opened: { key: Uint8Array; card: Uint8Array; expiresAtSeconds: number }[]
let answers: { bytes: Uint8Array; number: number | undefined }[]
let deposit: (bytes: Uint8Array, number: number) => void
/** Another member answered the deposit with that number. */
let answerElsewhere: (number: number) => void
/** Whoever left the last join. */
let asked: { readonly root: PersonId; readonly device: DeviceId } | undefined
const clock = createVirtualClock(1_700_000_000_000)

beforeEach(async () => {
  const keys = await found()
  const store = await storeOf()
  replica = (await replicaOf(keys, store)).replica
  const genesis = keys.genesis && decodeOperation(entryKind.genesis, keys.genesis)
  if (!genesis?.ok) throw new Error('no genesis')
  opened = []
  answers = []
  const mailboxes = {
    open: (mailbox: (typeof opened)[number]) => void opened.push(mailbox),
    listen(_: Uint8Array, onDeposit: typeof deposit, onAnswered: typeof answerElsewhere = () => {}) {
      deposit = onDeposit
      answerElsewhere = onAnswered
      return () => {}
    },
    answer: (_: Uint8Array, bytes: Uint8Array, number?: number) => void answers.push({ bytes, number }),
  }
  const append = async (operation: Operation | MakeOperation, beside: { tail?: readonly TailValue[] } = {}) => {
    const written = await writeOperation(replica, keys.device.publicKey as DeviceId, operation, beside)
    desk?.attend()
    return written
  }
  const spoken = await openSpokenInvitations({ store, mailboxes, crypto, random, stretch, nowSeconds: () => 0 })
  const parts = { replica, crypto, clock, random }
  const origin = 'https://team.example'
  invitations = createInvitationDesk({ ...parts, stretch, spoken, origin, append, inviterName: () => 'Alice' })
  own = { hasSecrets: true, role: 'owner' }
  restart = async () => {
    desk = createAdmissionDesk({
      ...parts,
      replica: seenByDesk(),
      keys,
      genesis: genesis.value as Genesis,
      mailboxes,
      wrongPins: await openWrongPins(store),
      append,
      cardFor: invitations.cardFor,
      onRequests() {},
    })
    desk.attend()
  }
  await restart()
})

/** The replica as a device sees it that lacks keys for a while, or whose person is no owner. */
function seenByDesk(): Replica {
  const { keys, membership } = replica
  return {
    ...replica,
    keys: { ...keys, secretOf: (epoch) => (own.hasSecrets ? keys.secretOf(epoch) : undefined) },
    membership: {
      ...membership,
      current() {
        const state = membership.current()
        const members = [...(state?.members ?? [])].map(([key, one]) => [key, { ...one, role: own.role }] as const)
        return state && own.role !== 'owner' ? { ...state, members: new Map(members) } : state
      },
    },
  }
}

async function invite(wish: Partial<InvitationWish> = {}): Promise<MadeInvitation> {
  const made = await invitations.create({ ...usual, ...wish })
  if (!made.ok) throw new Error(made.error.type)
  return made.value
}

/** Leaves a join in the mailbox, with `pin` if any, and waits until the desk has looked at it. */
async function ask(
  link: string,
  name: string,
  pin?: string,
  seconds = 20,
  chain?: Awaited<ReturnType<typeof createKeyChain>>,
): Promise<void> {
  const decoded = decodeLink(link)
  if (!decoded.ok) throw new Error(decoded.error.type)
  const { workspaceId, invite, secret } = decoded.value
  const stretched: StretchedPin | undefined = pin ? await stretchPin({ pin, stretch }, workspaceId, secret) : undefined
  const { proofKey, mailboxSecret } = await linkKeys(crypto, workspaceId, secret, stretched)
  const { root, device, keys } = chain ?? (await createKeyChain(crypto, random))
  asked = { root: root.publicKey as PersonId, device: keys.device }
  const { exchangeKey, relayKey } = keys
  const join = await createJoin(
    { workspaceId, invite, name, exchangeKey, relayKey, paper: undefined },
    { root, device, proofKey },
  )
  deposit(sealMessage({ type: 'join', join }, mailboxSecret, random), 1)
  for (let i = 0; i < seconds; i++) await clock.advance(1000)
  await clock.settle()
}

function told(): readonly string[] {
  const terms = [...(replica.membership.current()?.invites.values() ?? [])].at(-1)?.terms
  return answers.map(({ bytes }) => {
    const message = openMessage(bytes, terms?.mailboxSecret as MailboxSecret)
    if (!message.ok) return 'damaged'
    return message.value.type === 'refusal' ? message.value.reason : message.value.type
  })
}

const names = () => [...(replica.membership.current()?.members.values() ?? [])].map(({ name }) => name)
const theInvite = () => [...(replica.membership.current()?.invites.values() ?? [])].at(-1)

describe('admission desk', () => {
  it('I3 waits for nobody while no other device may let somebody in', async () => {
    await ask((await invite()).link, 'Bob', undefined, 0)
    expect(names()).toContain('Bob')
  })

  it('I3 waits a while where two devices may let somebody in, so that not both do', async () => {
    const { link } = await invite({ singleUse: false })
    await ask(link, 'Bob')
    await ask(link, 'Carol', undefined, 0)
    expect(names()).not.toContain('Carol')
    await clock.advance(5000)
    expect(names()).toContain('Carol')
  })

  it('I2 answers a join that came while the newest keys were lacking, once they are there', async () => {
    const { link } = await invite()
    own.hasSecrets = false
    await ask(link, 'Bob')
    expect(told()).toEqual([])
    own.hasSecrets = true
    desk.attend()
    await clock.advance(5000)
    expect(told()).toEqual(['answer'])
  })

  it('attack 47 I9 lets nobody in after five wrong PINs where it may not take the link back, and says so', async () => {
    const { link, pin = '' } = await invite({ pin: true })
    own.role = 'editor'
    for (let i = 0; i < 5; i++) await ask(link, 'Mallory', pin === '000000' ? '000001' : '000000')
    await ask(link, 'Guesser', pin)
    expect(told()).toEqual([...Array<string>(4).fill('wrong-pin'), 'revoked', 'revoked'])
    expect(theInvite()?.state).toBe('open')
  })

  it('I2 lets whoever holds a link in by itself', async () => {
    await ask((await invite()).link, 'Bob')
    expect(names()).toContain('Bob')
    expect(told()).toEqual(['answer'])
    expect(desk.requests()).toEqual([])
  })

  it('I2 tells whoever asks with keys that are known already, lest they wait for ever', async () => {
    const { link } = await invite({ singleUse: false })
    const [bob, other] = [await createKeyChain(crypto, random), await createKeyChain(crypto, random)]
    await ask(link, 'Bob', undefined, 20, bob)
    await ask(link, 'Bob', undefined, 20, { ...other, root: bob.root })
    await ask(link, 'Bob', undefined, 20, { ...other, device: bob.device, keys: bob.keys })
    expect(told()).toEqual(['answer', 'known-keys', 'known-keys'])
    expect(names()).toHaveLength(2)
  })

  it('I10 lets nobody in by a link that asks, before an admin has said so', async () => {
    await ask((await invite({ approval: true, label: 'Bob from the press' })).link, 'Bob')
    expect(names()).not.toContain('Bob')
    expect(told()).toEqual([])
    const [request] = desk.requests()
    expect(request).toMatchObject({ name: 'Bob', role: 'editor', label: 'Bob from the press' })
    expect(request?.words).toEqual(asked && wordsOfJoin(replica.membership.workspaceId, asked.root, asked.device))
    expect((await desk.admitRequest(request?.id ?? '')).ok).toBe(true)
    expect(names()).toContain('Bob')
    expect(told()).toEqual(['answer'])
    expect(desk.requests()).toEqual([])
  })

  it('I10 tells whoever is not let in, and changes nothing', async () => {
    const { link } = await invite({ approval: true })
    await ask(link, 'Bob')
    const size = replica.membership.size
    expect(desk.refuseRequest(desk.requests()[0]?.id ?? '').ok).toBe(true)
    expect(told()).toEqual(['not-now'])
    expect([desk.requests(), replica.membership.size]).toEqual([[], size])
    await ask(link, 'Bob')
    expect(desk.requests()).toHaveLength(1)
  })

  it('I10 asks nobody any more about whom another admin has answered', async () => {
    const { link } = await invite({ approval: true })
    await ask(link, 'Bob')
    answerElsewhere(2)
    expect(desk.requests()).toHaveLength(1)
    answerElsewhere(1)
    expect([desk.requests(), told()]).toEqual([[], []])
    await ask(link, 'Bob again')
    expect(desk.requests().map(({ name }) => name)).toEqual(['Bob again'])
  })

  it('I10 asks nobody about whom another admin answers while it still looks at the join', async () => {
    const { link } = await invite({ approval: true })
    const leave = deposit
    deposit = (bytes, number) => {
      leave(bytes, number)
      answerElsewhere(number)
    }
    await ask(link, 'Bob')
    expect([desk.requests(), told()]).toEqual([[], []])
    deposit = leave
    await ask(link, 'Bob again')
    expect(desk.requests().map(({ name }) => name)).toEqual(['Bob again'])
  })

  it('I10 asks nobody about whom another admin has answered before this person was one', async () => {
    const { link } = await invite({ approval: true })
    own.role = 'editor'
    await ask(link, 'Bob')
    answerElsewhere(1)
    await ask(link, 'Carol')
    answerElsewhere(2)
    own.role = 'owner'
    desk.attend()
    await clock.advance(1000)
    expect(desk.requests().map(({ name }) => name)).toEqual(['Carol'])
  })

  it('I10 asks about nobody any more whom the link cannot let in', async () => {
    const { id, link } = await invite({ approval: true })
    await ask(link, 'Bob')
    await ask(link, 'Carol')
    expect(desk.requests()).toHaveLength(2)
    await desk.admitRequest(desk.requests()[0]?.id ?? '')
    expect(desk.requests()).toEqual([])
    await invitations.revoke(id)
    expect((await desk.admitRequest('nobody')).ok).toBe(false)
  })

  it('attack 47 I9 tells whoever lacks the PIN so, and lets in who has it', async () => {
    const { link, pin = '' } = await invite({ pin: true })
    expect(pin).toMatch(/^\d{6}$/)
    await ask(link, 'Mallory')
    await ask(link, 'Bob', pin === '000000' ? '000001' : '000000')
    expect(told()).toEqual(['wrong-pin', 'wrong-pin'])
    expect(names()).toHaveLength(1)
    await ask(link, 'Bob', pin)
    expect(told().at(-1)).toBe('answer')
    expect(names()).toContain('Bob')
  })

  it('attack 47 I9 takes an invitation back after five wrong PINs, even for the right one, and forgets none when it starts anew', async () => {
    const { link, pin = '' } = await invite({ pin: true })
    for (let i = 0; i < 5; i++) {
      await ask(link, 'Mallory')
      await restart()
    }
    expect(theInvite()?.state).toBe('revoked')
    await ask(link, 'Bob', pin)
    expect(told()).toEqual(['wrong-pin', 'wrong-pin', 'wrong-pin', 'wrong-pin', 'revoked', 'revoked'])
    expect(names()).toHaveLength(1)
  })

  it('attack 46 I2 says nothing to a proof by another key where no PIN is asked', async () => {
    await ask((await invite()).link, 'Mallory', '123456')
    expect([told(), names().length]).toEqual([[], 1])
  })

  it('I8 keeps what a card says apart from what the log has', async () => {
    await invite({ approval: true, pin: true, label: 'Jonas', role: 'commenter', singleUse: false, days: 30 })
    const { terms, note } = theInvite() ?? {}
    expect(note).toEqual({ needsPin: true, label: 'Jonas' })
    expect(terms).toMatchObject({ role: 'commenter', maxUses: 0, needsApproval: true })
    const card = openMessage(opened.at(-1)?.card ?? new Uint8Array(), terms?.mailboxSecret as MailboxSecret)
    expect(card).toMatchObject({ ok: true, value: { card: { needsPin: true, needsApproval: true } } })
    expect(JSON.stringify(card)).not.toContain('Jonas')
  })

  it('I7 opens what six words say, ends it with the link, and keeps the words nowhere', async () => {
    const { id, link } = await invite()
    const spoken = await invitations.speak(link)
    if (!spoken.ok) throw new Error(spoken.error.type)
    const words = readWords(spoken.value.join(' '))
    if (!words.ok) throw new Error(words.error.type)
    const secret = await secretOfWords(words.value, stretch)
    const { publicKey } = await wordsMailboxKey(crypto, secret)
    const mailbox = opened.find(({ key }) => toHex(key) === toHex(publicKey))
    expect(openSpokenLink(mailbox?.card ?? new Uint8Array(), secret)).toEqual({
      ok: true,
      value: new URL(link).hash.slice(1),
    })
    expect(mailbox?.expiresAtSeconds).toBe(theInvite()?.terms.expiresAtSeconds)
    await invitations.revoke(id)
    expect((await invitations.speak(link)).ok).toBe(false)
  })

  it('I7 I9 makes no PIN and says no words where the browser has no room, and changes nothing', async () => {
    const { link } = await invite()
    const size = replica.membership.size
    hasRoom = false
    const made = await invitations.create({ ...usual, pin: true })
    const spoken = await invitations.speak(link)
    hasRoom = true
    expect([made, spoken].map((one) => !one.ok && one.error.type)).toEqual(['not-stretched', 'not-stretched'])
    expect(replica.membership.size).toBe(size)
  })

  it('I7 says no link of another workspace', async () => {
    const { link } = await invite()
    const foreign = link.replace(/#1\.[^.]+/, `#1.${'A'.repeat(43)}`)
    expect([(await invitations.speak(foreign)).ok, (await invitations.speak('hello')).ok]).toEqual([false, false])
  })

  it('I4 takes nothing back that is no id', async () => {
    await invite()
    for (const id of ['', '%', 'abc', 'A'.repeat(44)]) expect((await invitations.revoke(id)).ok).toBe(false)
    expect(theInvite()?.state).toBe('open')
  })
})
