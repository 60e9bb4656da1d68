import { err, ok, type Result } from '#lib/base/result'
import { openWritingThread, type WritingThread } from '#lib/convert/write-in-worker'
import type { AppendFailure, HostCommand } from '#lib/host/host-protocol'
import { exportFile } from '#lib/session/export-page'
import { exportWorkspace } from '#lib/session/export-workspace'
import type { OpenWorkspace } from '#lib/session/open-workspace'
import type { PresentNames } from '#lib/session/present-names'
import type { ActionError, Session } from '#lib/session/session-view'

/** What a person can ask for beyond typing; each lands in the workspace on screen. */
export function createActions(workspace: () => OpenWorkspace | undefined) {
  const missing = err({ type: 'not-found' } as const)
  const pageEdit = async (edit: (open: OpenWorkspace) => boolean): Promise<Result<void, ActionError>> => {
    const open = workspace()
    if (!open) return missing
    return edit(open) ? ok(undefined) : err({ type: 'not-allowed' })
  }
  const run = async (command: HostCommand): Promise<Result<void, ActionError>> => {
    const done = await workspace()?.command(command)
    return done ? discard(done) : missing
  }
  return {
    async createPage() {
      const id = await workspace()?.tab.createPage()
      return id ? ok(id) : err({ type: 'not-allowed' })
    },
    trashPage: (id) => pageEdit(({ tab }) => tab.trashPage(id)),
    restorePage: (id) => pageEdit(({ tab }) => tab.restorePage(id)),
    renamePage: (id, title) => pageEdit(({ tab }) => tab.renamePage(id, title)),
    renameWorkspace: (name) => run({ type: 'rename-workspace', name }),
    async createInvitation(wish) {
      const made = await workspace()?.command({ type: 'create-invitation', ...wish })
      if (!made) return missing
      if (!made.ok) return err(actionError(made.error))
      return made.value.type === 'invitation' ? ok(made.value) : missing
    },
    async speakInvitation(link) {
      const spoken = await workspace()?.command({ type: 'speak-invitation', link })
      if (!spoken) return missing
      if (!spoken.ok) return err(actionError(spoken.error))
      return spoken.value.type === 'words' ? ok(spoken.value.words) : missing
    },
    revokeInvitation: (id) => run({ type: 'revoke-invitation', id }),
    admitRequest: (id) => run({ type: 'admit-request', id }),
    refuseRequest: (id) => run({ type: 'refuse-request', id }),
    setRole: (person, role) => run({ type: 'set-role', person, role }),
    removeMember: (person, keptInvitations) => run({ type: 'remove-member', person, keptInvitations }),
    redo: (id) => run({ type: 'redo', id }),
    leaveWorkspace: () => run({ type: 'leave' }),
    transferOwnership: (person) => run({ type: 'transfer-ownership', person }),
    setRelayOnly: (on) => run({ type: 'set-relay-only', on }),
    addRelay: (address) => run({ type: 'add-relay', address }),
    removeRelay: (origin) => run({ type: 'remove-relay', origin }),
    makeRoom: (origin) => run({ type: 'make-room', origin, wish: 'begin' }),
    leaveRoomMaking: (origin) => run({ type: 'make-room', origin, wish: 'leave' }),
    renewKeys: () => run({ type: 'renew-keys' }),
    rotateKeys: () => run({ type: 'rotate-keys' }),
    setPolicy: (wish) => run({ type: 'set-policy', wish }),
    keepHeldBack: (ids) => run({ type: 'keep-held-back', ids }),
    async writeAnew(id) {
      const written = await workspace()?.tab.writeAnew(id)
      if (!written) return missing
      if (written.ok) return ok(undefined)
      switch (written.error.type) {
        case 'does-not-fit':
        case 'too-many-tabs':
          return err({ type: written.error.type })
        default:
          return err(actionError(written.error))
      }
    },
    importFile: async (file) => (await workspace()?.imports.begin(file)) ?? missing,
    dismissImportReport: (id) => workspace()?.imports.dismissReport(id),
    stopImport: (id) => workspace()?.imports.stop(id),
    async exportPage(id, wish) {
      const open = workspace()
      const page = await open?.tab.exportPage(id)
      if (!open || !page) return missing
      const { files } = open
      return inThread((thread) => exportFile(page, { ...wish, ...namesIn(open) }, { files, thread }))
    },
    async exportWorkspace(wish) {
      const open = workspace()
      if (!open) return missing
      const { name, pages } = open.view()
      const { exportPage } = open.tab
      return inThread((thread) =>
        exportWorkspace(
          { id: open.id, name, pages, exportPage, files: open.files, thread },
          { ...wish, ...namesIn(open) },
        ),
      )
    },
    async findBacklinks(id) {
      const found = await workspace()?.tab.backlinks(id)
      if (!found) return missing
      return found.ok ? found : err(actionError(found.error))
    },
    noteVerified: (person, verified) => run({ type: 'note-verified', person, verified }),
    dismissNotice: (id) => void workspace()?.command({ type: 'dismiss-notice', id }),
  } satisfies Partial<Session>
}

/** A thread of its own, which ends with the work. */
async function inThread<Value>(work: (thread: WritingThread) => Promise<Value>): Promise<Value> {
  const thread = openWritingThread()
  return work(thread).finally(thread.close)
}

/** What people are called here, those who left too, and pages. */
function namesIn(open: OpenWorkspace): PresentNames {
  const { members, people, pages } = open.view()
  const names = new Map([...people.former, ...members].map(({ id, name }) => [id, name]))
  const titles = new Map(pages.map(({ id, title }) => [id, title]))
  return { nameOf: (person) => names.get(person), titleOf: (page) => titles.get(page) }
}

const discard = (done: Result<unknown, AppendFailure>): Result<void, ActionError> =>
  done.ok ? ok(undefined) : err(actionError(done.error))

export function actionError({ type }: AppendFailure): ActionError {
  switch (type) {
    case 'not-allowed':
    case 'not-found':
    case 'owner-stays':
    case 'last-device':
    case 'too-much':
    case 'no-relay':
    case 'storage-full':
    case 'nobody-leads':
    case 'not-stretched':
      return { type }
    default:
      return { type: 'storage-failed' }
  }
}
