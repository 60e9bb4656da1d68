import { err, ok } from '#lib/base/result'
import type { LockView } from '#lib/session/lock-view'
import type {
  ActionError,
  AskingState,
  BackupMakingState,
  BackupOpeningState,
  DeliveryPerson,
  GivingState,
  InvitationView,
  KitState,
  PersonView,
  RecoveryState,
  Session,
  SessionView,
  WorkspaceView,
} from '#lib/session/session-view'
import { createFakeDiscussion, type FakeDiscussion } from '#lib/testing/fake-discussion'
import { createFakePages } from '#lib/testing/fake-pages'
import { createFakeWatched, type FakeWatched } from '#lib/testing/fake-watched'

/** A session without keys, disk and network, for tests of the interface: it tells what it is told to tell. */
export interface FakeSession extends Session {
  /** Replaces facts of the workspace on screen, as the real session would after an event. */
  change(facts: Partial<WorkspaceView>): void
  /** Replaces facts of the whole view. */
  changeView(facts: Partial<SessionView>): void
  /** The next action of any kind ends with this error. */
  failNext(error: ActionError): void
  /** The two halves of a linking. */
  readonly asking: FakeWatched<AskingState>
  readonly giving: FakeWatched<GivingState>
  readonly kit: FakeWatched<KitState>
  readonly recovery: FakeWatched<RecoveryState>
  readonly backupMaking: FakeWatched<BackupMakingState>
  readonly backupOpening: FakeWatched<BackupOpeningState>
  /** The comments on every page; people are client ids. */
  readonly discussion: FakeDiscussion
  /** What was asked for, in order: name and first parameter. */
  readonly asked: readonly (readonly [action: string, parameter?: unknown])[]
}

/** Ids long enough to pass for real ones. */
export const fakeId = (name: string): string => name.padEnd(22, '-')

/** A person of the fake workspace. */
export const fakePerson = (name: string, colour: number, facts: Partial<PersonView> = {}): PersonView => ({
  id: fakeId(name || 'me'),
  name,
  role: 'editor',
  colour,
  online: true,
  onPages: [],
  ...facts,
})

/** An open invitation to write that works once. */
export const fakeInvitation = (id: string, facts: Partial<InvitationView> = {}): InvitationView => ({
  id: fakeId(id),
  role: 'editor',
  singleUse: true,
  expiresAt: Date.now() + 7 * 86_400_000,
  state: 'open',
  approval: false,
  pin: false,
  label: '',
  by: 'Mara',
  joined: [],
  ...facts,
})

/** One line of the delivery panel, with one device that has everything. */
export const fakeDelivery = (person: PersonView, facts: Partial<DeliveryPerson> = {}): DeliveryPerson => ({
  id: person.id,
  name: person.name,
  colour: person.colour,
  me: false,
  behind: 0,
  devices: [{ id: `${person.id}1`, thisOne: false, behind: 0, link: 'direct', silent: false }],
  ...facts,
})

const me = fakePerson('', 1, { role: 'owner' })

const draft: WorkspaceView = {
  id: fakeId('workspace'),
  name: '',
  draft: true,
  role: 'owner',
  canWrite: true,
  canComment: true,
  canInvite: true,
  me,
  members: [me],
  pages: [{ id: fakeId('first'), title: '', createdAt: 0 }],
  trash: [],
  invitations: [],
  requests: [],
  people: { members: [], former: [], mayLeave: false },
  undone: [],
  delivery: {
    pill: { type: 'not-saved-yet' },
    people: [
      fakeDelivery(me, { me: true, devices: [{ id: 'd1', thisOne: true, behind: 0, link: 'none', silent: false }] }),
    ],
    verified: { edits: 0, people: 0, unchecked: 0 },
    relay: 'connected',
    relayed: true,
    directPeers: 0,
  },
  connection: { direct: { type: 'nobody-here' }, hasTurn: false, relays: [], relayOnly: false },
  devices: [],
  kit: 'none',
  notices: [],
  standing: { type: 'member' },
  keys: { lacking: false, due: false, heldBy: [] },
  roomMaking: { mayMake: false, attempts: [] },
  policy: { editorsMayInvite: false, rotationDays: 0, maySet: false, mayRotate: false },
  verified: [],
  heldBack: [],
  imports: [],
  importReports: [],
}

/** A session whose workspace is an empty draft, but for `facts`. */
export function createFakeSession(facts: Partial<WorkspaceView> = {}): FakeSession {
  const listeners = new Set<() => void>()
  const asked: (readonly [string, unknown?])[] = []
  const pages = createFakePages()
  const asking = createFakeWatched<AskingState>({ type: 'starting' })
  const giving = createFakeWatched<GivingState>({ type: 'waiting' })
  const discussion = createFakeDiscussion(
    () => view.workspace?.me.id ?? '',
    Object.fromEntries((facts.members ?? []).map(({ id }, index) => [index + 2, id])),
  )
  const kit = createFakeWatched<KitState>({ type: 'words', words: [] })
  const recovery = createFakeWatched<RecoveryState>({ type: 'asking', problem: undefined })
  const backupMaking = createFakeWatched<BackupMakingState>({ type: 'making', bytes: 0 })
  const backupOpening = createFakeWatched<BackupOpeningState>({ type: 'asking', problem: undefined })
  let failure: ActionError | undefined
  let view: SessionView = {
    phase: 'ready',
    lock: { passphrase: false, idleMinutes: 15, places: { current: 1, count: 1 } },
    workspaces: [],
    workspace: { ...draft, ...facts },
  }

  function changeView(change: Partial<SessionView>): void {
    view = { ...view, ...change }
    for (const listener of [...listeners]) listener()
  }
  function change(changed: Partial<WorkspaceView>): void {
    if (view.workspace) changeView({ workspace: { ...view.workspace, ...changed } })
  }
  async function act<Value>(name: string, parameter: unknown, run: (workspace: WorkspaceView) => Value) {
    asked.push([name, parameter])
    const error: ActionError | undefined = failure ?? (view.workspace ? undefined : { type: 'not-found' })
    failure = undefined
    if (error || !view.workspace) return { ok: false, error: error ?? { type: 'not-found' } } as const
    return { ok: true, value: run(view.workspace) } as const
  }
  const add = (title: string) => {
    const id = fakeId(`page${view.workspace?.pages.length ?? 0}${title.length}`)
    change({ draft: false, pages: [...(view.workspace?.pages ?? []), { id, title, createdAt: 0 }] })
    return id
  }

  const dropRequest = (workspace: WorkspaceView, id: string) =>
    change({ requests: workspace.requests.filter((request) => request.id !== id) })

  /** The passphrase of the fake is `right`. */
  async function ask(name: string, parameter: unknown, passphrase: string | undefined, lock: Partial<LockView>) {
    asked.push([name, parameter])
    if (passphrase !== undefined && passphrase !== 'right') return err({ type: 'wrong-passphrase' } as const)
    changeView({ lock: { ...view.lock, ...lock } })
    return ok(undefined)
  }

  return {
    asked,
    asking,
    giving,
    kit,
    recovery,
    backupMaking,
    backupOpening,
    discussion,
    openDiscussion: async () => discussion.open(),
    askToBeLinked: () => asking,
    makeKit: () => ({
      ...kit,
      test: () => void asked.push(['test']),
      showAgain: () => void asked.push(['showAgain']),
      answer: (words) => void asked.push(['answer', words]),
    }),
    takeOfferedKit: async () => {
      asked.push(['takeOfferedKit'])
      return { kept: ['Diary'], failed: [] }
    },
    recover: () => ({ ...recovery, begin: (words) => void asked.push(['begin', words]) }),
    linkDevice(words) {
      asked.push(['linkDevice', words])
      return { ...giving, confirm: (code) => void asked.push(['confirm', code]) }
    },
    setPassphrase: (next, current) => ask('setPassphrase', next, current, { passphrase: true }),
    removePassphrase: (current) => ask('removePassphrase', undefined, current, { passphrase: false }),
    confirmPassphrase: (current) => ask('confirmPassphrase', undefined, current, {}),
    setIdleMinutes: (idleMinutes) => ask('setIdleMinutes', idleMinutes, undefined, { idleMinutes }),
    lock: () => changeView({ phase: 'locked' }),
    unlock: (passphrase) => ask('unlock', passphrase, passphrase, {}),
    startAnew: () => {
      asked.push(['startAnew'])
    },
    openProfile: (place) => {
      asked.push(['openProfile', place])
    },
    change,
    changeView,
    failNext: (error) => {
      failure = error
    },
    view: () => view,
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    async openPage(pageId) {
      const { workspace } = view
      const known = [...(workspace?.pages ?? []), ...(workspace?.trash ?? [])]
      const page = pageId === 'last' ? known[0] : known.find(({ id }) => id === pageId)
      return page && pages.open(page.id, page.title, Boolean(workspace?.trash.includes(page)))
    },
    createPage: () => act('createPage', undefined, () => add('')),
    trashPage: (id) =>
      act('trashPage', id, (workspace) =>
        change({
          pages: workspace.pages.filter((page) => page.id !== id),
          trash: [...workspace.trash, ...workspace.pages.filter((page) => page.id === id)],
        }),
      ),
    restorePage: (id) =>
      act('restorePage', id, (workspace) =>
        change({
          trash: workspace.trash.filter((page) => page.id !== id),
          pages: [...workspace.pages, ...workspace.trash.filter((page) => page.id === id)],
        }),
      ),
    renamePage: (id, title) =>
      act('renamePage', [id, title], (workspace) =>
        change({ pages: workspace.pages.map((page) => (page.id === id ? { ...page, title } : page)) }),
      ),
    renameWorkspace: (name) => act('renameWorkspace', name, () => change({ name })),
    setMyName: (name) => act('setMyName', name, (workspace) => change({ me: { ...workspace.me, name } })),
    switchWorkspace: (id) => {
      asked.push(['switchWorkspace', id])
    },
    createWorkspace: () => {
      asked.push(['createWorkspace'])
    },
    createInvitation: (wish) =>
      act('createInvitation', wish, (workspace) => {
        const { days, ...facts } = wish
        const expiresAt = Date.now() + days * 86_400_000
        const made = fakeInvitation(`invite${workspace.invitations.length}`, { ...facts, expiresAt })
        change({ invitations: [...workspace.invitations, made] })
        const link = `https://harbour.example/join#1.${'k3TrxQ9uVn2mB7'.repeat(7)}`
        return { id: made.id, link, ...(wish.pin ? { pin: '482913' } : {}) }
      }),
    setRole: (id, role) =>
      act('setRole', id, ({ members }) =>
        change({ members: members.map((member) => (member.id === id ? { ...member, role } : member)) }),
      ),
    removeMember: (id) =>
      act('removeMember', id, ({ members }) => change({ members: members.filter((member) => member.id !== id) })),
    redo: (id) => act('redo', id, ({ undone }) => change({ undone: undone.filter((one) => one.id !== id) })),
    leaveWorkspace: () => act('leaveWorkspace', undefined, () => change({ role: 'viewer', canWrite: false })),
    transferOwnership: (id) => act('transferOwnership', id, () => change({ role: 'admin' })),
    revokeDevice: (id) => act('revokeDevice', id, () => []),
    renewKeys: () =>
      act('renewKeys', undefined, ({ notices }) =>
        change({ notices: notices.filter(({ type }) => type !== 'copied-profile') }),
      ),
    rotateKeys: () => act('rotateKeys', undefined, () => undefined),
    setPolicy: (wish) => act('setPolicy', wish, ({ policy }) => change({ policy: { ...policy, ...wish } })),
    speakInvitation: (link) =>
      act('speakInvitation', link, () => ['otter', 'lantern', 'north', 'plum', 'ribbon', 'stove']),
    admitRequest: (id) => act('admitRequest', id, (workspace) => dropRequest(workspace, id)),
    refuseRequest: (id) => act('refuseRequest', id, (workspace) => dropRequest(workspace, id)),
    keepHeldBack: (ids) =>
      act('keepHeldBack', ids, ({ heldBack }) =>
        change({ heldBack: heldBack.filter((one) => one.type !== 'late' || one.ids !== ids) }),
      ),
    writeAnew: (id) =>
      act('writeAnew', id, ({ heldBack }) =>
        change({ heldBack: heldBack.filter((one) => one.type !== 'set-aside' || one.id !== id) }),
      ),
    revokeInvitation: (id) =>
      act('revokeInvitation', id, (workspace) =>
        change({
          invitations: workspace.invitations.map((one) => (one.id === id ? { ...one, state: 'revoked' } : one)),
        }),
      ),
    importFile: (file) => act('importFile', file.name, () => add(file.name)),
    dismissImportReport: (id) =>
      change({ importReports: view.workspace?.importReports.filter((one) => one.id !== id) ?? [] }),
    stopImport: (id) => {
      asked.push(['stopImport', id])
      change({ imports: view.workspace?.imports.filter((one) => one.id !== id) ?? [] })
    },
    findBacklinks: (id) => act('findBacklinks', id, ({ pages }) => pages.map((page) => ({ page, quote: 'a line' }))),
    exportPage: (id, { format, withComments }) =>
      act('exportPage', [id, { format, withComments }], () => ({
        ...{ fileName: 'page.md', type: 'text/markdown', content: '# Page\n', left: [] },
      })),
    exportWorkspace: ({ withComments, onWritten }) =>
      act('exportWorkspace', withComments, ({ pages }) => {
        onWritten(pages.length)
        return { fileName: 'workspace.zip', type: 'application/zip', content: new Uint8Array(), left: [] }
      }),
    makeBackup(withFiles) {
      asked.push(['makeBackup', withFiles])
      return backupMaking
    },
    openBackup: () => ({
      ...backupOpening,
      look: (file, code) => void asked.push(['look', [file.size, code]]),
      restore: () => void asked.push(['restore']),
      stop: () => void asked.push(['stop']),
    }),
    async noteBackupKept() {
      asked.push(['noteBackupKept'])
    },
    async askForDurableStorage() {
      asked.push(['askForDurableStorage'])
      return true
    },
    setRelayOnly: (on) =>
      act('setRelayOnly', on, ({ connection }) => change({ connection: { ...connection, relayOnly: on } })),
    addRelay: (address) => act('addRelay', address, () => undefined),
    removeRelay: (origin) =>
      act('removeRelay', origin, ({ connection }) =>
        change({
          connection: { ...connection, relays: connection.relays.filter((relay) => relay.origin !== origin) },
        }),
      ),
    makeRoom: (origin) =>
      act('makeRoom', origin, ({ roomMaking }) => {
        const progress = { segments: 0, blobs: 0, bytes: 0 }
        change({ roomMaking: { ...roomMaking, attempts: [{ origin, progress, summary: undefined }] } })
      }),
    leaveRoomMaking: (origin) =>
      act('leaveRoomMaking', origin, ({ roomMaking }) => change({ roomMaking: { ...roomMaking, attempts: [] } })),
    noteVerified: (id, verified) =>
      act('noteVerified', [id, verified], (workspace) =>
        change({
          verified: [
            ...workspace.verified.filter((one) => one.id !== id),
            ...(verified ? [{ id, sinceMs: 0, newDevices: 0 }] : []),
          ],
        }),
      ),
    dismissNotice(id) {
      const { notices = [], undone = [] } = view.workspace ?? {}
      change({ notices: notices.filter((one) => one.id !== id), undone: undone.filter((one) => one.id !== id) })
    },
  }
}
