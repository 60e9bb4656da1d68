import { describe, expect, it } from 'vitest'
import { toBase64Url } from '#lib/base/base64url'
import { err, ok, type Result } from '#lib/base/result'
import type { EnterMailbox } from '#lib/host/enter-mailbox'
import { createLinkJoining } from '#lib/session/join-by-link'
import { newestInvitation } from '#lib/session/pending-request'
import type { JoinState } from '#lib/session/session-view'
import { createMemoryDisk, openMemoryKeyStore, openMemoryStorage } from '#lib/storage/memory-storage'
import type { DepositError } from '#lib/sync/mailbox-client'
import type { RelayState } from '#lib/sync/relay-connection'
import { createInvited, EXPIRES_AT_SECONDS } from '#lib/testing/invited'
import { quickStretch } from '#lib/testing/quick-stretch'
import { openVault } from '#lib/vault/vault'
import { sealAnswer } from '#lib/workspace/admission-answer'
import { linkKeys, type StretchedPin } from '#lib/workspace/invitation'
import { encodeLinkFragment } from '#lib/workspace/invite-link'
import type { InviteCard, JoinRefusal, MailboxMessage } from '#lib/workspace/mailbox-message'
import { openMessage, sealMessage } from '#lib/workspace/mailbox-message'
import type { JoinRecord } from '#lib/workspace/operation'
import type { Stretch } from '#lib/workspace/stretch'

type Type = JoinState['type']

/** Bob's browser with alice's link, the link's mailbox, and what a member would put there. */
async function createScene(card: Partial<InviteCard> = {}, stretch?: Stretch) {
  const invited = await createInvited()
  const { crypto, random, workspaceId, invite, secret, linkKeys: keys, genesis, firstSecret, relayPlace } = invited
  const disk = createMemoryDisk()
  const ports = { crypto, random, keys: openMemoryKeyStore(disk), stretch: quickStretch }
  const opened = await openVault({ ...ports, openStorage: async () => ok(openMemoryStorage(disk)) })
  if (!opened.ok) throw new Error('no vault')
  const vault = opened.value
  const sealed = (message: MailboxMessage) => sealMessage(message, keys.mailboxSecret, random)
  const plain = {
    inviter: 'Alice',
    workspace: 'Harbour',
    role: 'editor',
    needsApproval: false,
    needsPin: false,
  } as const
  const whole: InviteCard = { ...plain, expiresAtSeconds: EXPIRES_AT_SECONDS, ...card }
  const invitation = encodeLinkFragment({
    ...{ workspaceId, invite, secret, origin: undefined },
    card: sealed({ type: 'card', card: whole }),
  })

  const joins: JoinRecord[] = []
  const mailboxes: { isOpen: boolean; told: Parameters<EnterMailbox>[0] }[] = []
  let relay: RelayState = 'connected'
  let outcome: Result<void, DepositError> = ok(undefined)
  const enter: EnterMailbox = async (told) => {
    const mailbox = { isOpen: true, told }
    mailboxes.push(mailbox)
    return {
      state: () => relay,
      readCard: async () => undefined,
      async deposit(bytes) {
        const message = openMessage(bytes, keys.mailboxSecret)
        if (message.ok && message.value.type === 'join') joins.push(message.value.join)
        return outcome
      },
      wake() {},
      close() {
        mailbox.isOpen = false
      },
    }
  }

  const states: JoinState[] = []
  const waiters: { type: Type; resolve: (state: JoinState) => void }[] = []
  const open = (followed = invitation) =>
    createLinkJoining({
      ...{ invitation: followed, vault, crypto, random, enter },
      clock: { now: () => (EXPIRES_AT_SECONDS - 1) * 1000 },
      stretch: stretch ?? (async (typed) => new Uint8Array(32).fill(typed[0] ?? 0)),
      onState(state) {
        states.push(state)
        for (const { type, resolve } of waiters) if (type === state.type) resolve(state)
      },
    })
  /** The next state of that type. */
  const next = (type: Type) => new Promise<JoinState>((resolve) => waiters.push({ type, resolve }))
  const hear = (message: MailboxMessage) => mailboxes.at(-1)?.told.onAnswer(sealed(message))
  const answer = (join: JoinRecord | undefined) =>
    join &&
    hear(sealAnswer({ admit: invite, genesis, epochSecrets: [firstSecret], relays: [relayPlace] }, join.keys, random))
  const refuse = (join: JoinRecord | undefined, reason: JoinRefusal) =>
    join && hear({ type: 'refusal', device: join.keys.device, reason })
  return {
    ...{ invited, vault, invitation, joins, mailboxes, states, open, next, answer, refuse },
    setRelay: (state: RelayState, deposited: Result<void, DepositError> = ok(undefined)) => {
      relay = state
      outcome = deposited
      mailboxes.at(-1)?.told.onState(state)
    },
    isKept: async () => (await newestInvitation(vault)) !== undefined,
    profile: async () => {
      const profile = await vault.profile()
      return profile.ok ? profile.value : undefined
    },
  }
}

describe('joining by a link', () => {
  it('I6 consumes nothing before a name is given', async () => {
    const scene = await createScene()
    await scene.open().read()
    expect(scene.states.at(-1)).toMatchObject({ type: 'invitation', inviter: 'Alice', workspace: 'Harbour' })
    expect([scene.mailboxes.length, await scene.isKept()]).toEqual([0, false])
  })

  it('I2 asks once, is let in by an answer, and keeps what opens the workspace', async () => {
    const scene = await createScene()
    const joining = scene.open()
    await joining.read()
    await joining.accept('Bob')
    expect(scene.states.at(-1)).toMatchObject({ type: 'waiting', relay: 'connected' })
    expect(scene.joins.map(({ name }) => name)).toEqual(['Bob'])
    const joined = scene.next('joined')
    scene.answer(scene.joins[0])
    expect(await joined).toEqual({ type: 'joined', workspaceId: toBase64Url(scene.invited.workspaceId) })
    expect((await scene.vault.loadWorkspaceKeys(scene.invited.workspaceId)).ok).toBe(true)
    expect(await scene.profile()).toMatchObject({ name: 'Bob', pendingJoins: [], workspaces: [{ name: 'Harbour' }] })
    expect([scene.mailboxes[0]?.isOpen, await scene.isKept()]).toEqual([false, false])
  })

  it('I2 goes on after a reload with the keys that it began with', async () => {
    const scene = await createScene()
    const before = scene.open()
    await before.read()
    await before.accept('Bob')
    before.close()
    await scene.open().read()
    const [first, again] = scene.joins
    expect(again?.keys).toEqual(first?.keys)
    expect(scene.states.at(-1)).toMatchObject({ type: 'waiting' })
  })

  it('attack 50 I2 takes no answer for another device, and none that opens another workspace', async () => {
    const scene = await createScene()
    const joining = scene.open()
    await joining.read()
    await joining.accept('Bob')
    scene.answer(scene.invited.join)
    const { genesis, firstSecret } = await createInvited(2)
    const { invite, random } = scene.invited
    const [join] = scene.joins
    if (!join) throw new Error('nobody asked')
    const failed = scene.next('failed')
    const other = sealAnswer({ admit: invite, genesis, epochSecrets: [firstSecret], relays: [] }, join.keys, random)
    scene.mailboxes[0]?.told.onAnswer(sealMessage(other, scene.invited.linkKeys.mailboxSecret, random))
    expect(await failed).toEqual({ type: 'failed', reason: 'wrong-workspace' })
    expect((await scene.profile())?.workspaces).toEqual([])
  })

  it('I4 says why it was refused, and stays so', async () => {
    const scene = await createScene()
    const joining = scene.open()
    await joining.read()
    await joining.accept('Bob')
    const failed = scene.next('failed')
    scene.refuse(scene.joins[0], 'revoked')
    expect(await failed).toEqual({ type: 'failed', reason: 'revoked' })
  })

  it('I9 asks for the PIN again after a wrong one, with fresh keys, and takes the answer to either', async () => {
    const scene = await createScene({ needsPin: true })
    const joining = scene.open()
    await joining.read()
    await joining.accept('Bob', '111111')
    const asked = scene.next('invitation')
    scene.refuse(scene.joins[0], 'wrong-pin')
    expect(await asked).toMatchObject({ needsPin: true, wrongPin: true })
    expect(await scene.isKept()).toBe(false)
    await joining.accept('Bob', '222 222')
    const [first, second] = scene.joins
    expect(second?.keys).not.toEqual(first?.keys)
    const right = new Uint8Array(32).fill('2'.charCodeAt(0)) as StretchedPin
    const { crypto, workspaceId, secret } = scene.invited
    expect(second?.proofKey).toEqual((await linkKeys(crypto, workspaceId, secret, right)).proofKey.publicKey)
    const joined = scene.next('joined')
    scene.answer(first)
    expect((await joined).type).toBe('joined')
  })

  it('I9 asks nobody about a PIN that is none', async () => {
    const scene = await createScene({ needsPin: true })
    const joining = scene.open()
    await joining.read()
    await joining.accept('Bob', '12')
    expect(scene.states.at(-1)).toMatchObject({ type: 'invitation', wrongPin: true })
    expect(scene.joins).toEqual([])
  })

  it('I10 shows four words where an admin is asked, and none once that one said no', async () => {
    const scene = await createScene({ needsApproval: true })
    const joining = scene.open()
    await joining.read()
    await joining.accept('Bob')
    expect(scene.states.at(-1)).toMatchObject({ type: 'waiting', needsApproval: true })
    expect((scene.states.at(-1) as { words: readonly string[] }).words).toHaveLength(4)
    const failed = scene.next('failed')
    scene.refuse(scene.joins[0], 'not-now')
    expect(await failed).toEqual({ type: 'failed', reason: 'not-now' })
    expect(await scene.isKept()).toBe(false)
  })

  it('I2 asks anew with other keys where these are known already', async () => {
    const scene = await createScene()
    const joining = scene.open()
    await joining.read()
    await joining.accept('Bob')
    const failed = scene.next('failed')
    scene.refuse(scene.joins[0], 'known-keys')
    expect(await failed).toEqual({ type: 'failed', reason: 'known-keys' })
    expect(await scene.isKept()).toBe(false)
  })

  it('I6 leaves nothing of a join that was withdrawn while the PIN is worked at', async () => {
    let release: (stretched: Uint8Array) => void = () => {}
    const stretched = new Promise<Uint8Array>((resolve) => {
      release = resolve
    })
    const scene = await createScene({ needsPin: true }, () => stretched)
    const joining = scene.open()
    await joining.read()
    const accepted = joining.accept('Bob', '111111')
    joining.withdraw()
    release(new Uint8Array(32))
    await accepted
    expect([scene.joins, scene.mailboxes, await scene.isKept()]).toEqual([[], [], false])
  })

  it('I6 leaves nothing of a join that was withdrawn while it was written down', async () => {
    const scene = await createScene()
    let joining = scene.open()
    const { savePendingJoin } = scene.vault
    Object.assign(scene.vault, {
      async savePendingJoin(join: Parameters<typeof savePendingJoin>[0]) {
        joining.withdraw()
        return savePendingJoin(join)
      },
    })
    joining = scene.open()
    await joining.read()
    await joining.accept('Bob')
    const { workspaceId } = scene.invited
    expect(await scene.vault.loadPendingJoin(workspaceId)).toEqual(ok(undefined))
    expect([scene.joins, await scene.isKept()]).toEqual([[], false])
  })

  it('I2 forgets a join that was withdrawn while it waits, and takes no answer to it any more', async () => {
    const scene = await createScene()
    const joining = scene.open()
    await joining.read()
    await joining.accept('Bob')
    const [join] = scene.joins
    joining.withdraw()
    scene.answer(join)
    expect(scene.mailboxes[0]?.isOpen).toBe(false)
    expect(await scene.isKept()).toBe(false)
    expect((await scene.profile())?.workspaces).toEqual([])
    expect(scene.states.at(-1)).toMatchObject({ type: 'waiting' })
  })

  it('I1 says that a link is not known yet, and waits again once its mailbox is opened', async () => {
    const scene = await createScene()
    const joining = scene.open()
    await joining.read()
    scene.setRelay('connected', err({ type: 'no-mailbox' }))
    await joining.accept('Bob')
    expect(scene.states.at(-1)).toEqual({ type: 'failed', reason: 'not-known-here' })
    const waiting = scene.next('waiting')
    scene.setRelay('connected')
    expect((await waiting).type).toBe('waiting')
    scene.setRelay('refused')
    expect(scene.states.at(-1)).toEqual({ type: 'failed', reason: 'not-known-here' })
  })

  it('I1 says that a link was damaged whose card does not open and which no mailbox answers to', async () => {
    const scene = await createScene()
    const [version, workspace, ...rest] = scene.invitation.split('.')
    const other = workspace?.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'))
    await scene.open([version, other, ...rest].join('.')).read()
    expect(scene.states.at(-1)).toEqual({ type: 'failed', reason: 'damaged-link' })
  })

  it('I1 tells a full mailbox, and an end that has passed', async () => {
    const full = await createScene()
    const joining = full.open()
    await joining.read()
    full.setRelay('connected', err({ type: 'mailbox-full' }))
    await joining.accept('Bob')
    expect(full.states.at(-1)).toEqual({ type: 'failed', reason: 'mailbox-full' })
    const late = await createScene({ expiresAtSeconds: EXPIRES_AT_SECONDS - 2 })
    await late.open().read()
    expect(late.states.at(-1)).toEqual({ type: 'failed', reason: 'expired' })
  })
})
