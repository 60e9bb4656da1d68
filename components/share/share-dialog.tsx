import { useState } from 'react'
import { useSession, useWorkspace } from '#components/session/session-context'
import { useAsk } from '#components/session/use-ask'
import { InviteForm } from '#components/share/invite-form'
import { JoinRequests } from '#components/share/join-requests'
import { WaitingInvitations } from '#components/share/waiting-invitations'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { NameForm } from '#components/ui/name-form'
import { count, list } from '#lib/words/count-words'
import { KIT_FIRST } from '#lib/words/kit-words'
import { nameOf } from '#lib/words/pill-words'

/** What the workspace is called where people read it. */
const called = (name: string) => name || 'your workspace'

/** Before the first other person comes: who the reader is here hangs on this device. */
function KitFirst({ onKit }: { onKit: () => void }) {
  return (
    <section aria-label="Recovery kit" className="flex items-center gap-3 bg-footing px-6 py-3.5 max-desk:px-5">
      <p className="min-w-0 flex-1 text-help text-ink-2">{KIT_FIRST}</p>
      <Button look="plain" size="small" onClick={onKit}>
        Recovery kit
      </Button>
    </section>
  )
}

/** Invites people: first, if need be, who invites; then what they may do, the link and the code, and who is expected. */
export function ShareDialog({
  open,
  onClose,
  onKit,
}: {
  open: boolean
  onClose: () => void
  /** To where a recovery kit is made. */
  onKit: () => void
}) {
  const workspace = useWorkspace('name', 'canInvite', 'members', 'me', 'pages', 'invitations', 'requests', 'kit')
  const session = useSession()
  const { ask } = useAsk()
  const [now] = useState(() => Date.now())
  const title = `Invite to ${called(workspace.name)}`

  if (!workspace.canInvite) {
    const hosts = workspace.members.filter(({ role }) => role === 'owner' || role === 'admin').map(nameOf)
    return (
      <Dialog open={open} onClose={onClose} title={title}>
        <p className="px-6 pt-3 pb-6 text-ink-2 max-desk:px-5">
          You cannot invite people here. {hosts.length > 0 ? list(hosts) : 'An admin'} can.
        </p>
      </Dialog>
    )
  }

  if (workspace.me.name === '') {
    return (
      <Dialog
        open={open}
        onClose={onClose}
        title="Who is inviting?"
        lead="Your name stands on the invitation, and beside your cursor."
      >
        <NameForm label="Your name" action="Continue" onSave={(name) => ask(session.setMyName(name))} />
      </Dialog>
    )
  }

  const pages = workspace.pages.length
  const isFirst = workspace.members.length === 1 && workspace.invitations.length === 0
  return (
    <Dialog
      wide
      open={open}
      onClose={onClose}
      title={title}
      lead={`Whoever joins can open ${pages === 1 ? 'this page and its history' : `all ${count(pages, 'page')} and their history`}.`}
    >
      <JoinRequests requests={workspace.requests} />
      <InviteForm />
      <WaitingInvitations invitations={workspace.invitations} now={now} />
      {isFirst && workspace.kit === 'none' ? <KitFirst onKit={onKit} /> : null}
    </Dialog>
  )
}
