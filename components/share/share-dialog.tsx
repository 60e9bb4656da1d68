import { useState } from 'react'
import { useSession, useWorkspace } from '#components/session/session-context'
import { InviteForm } from '#components/share/invite-form'
import { JoinRequests } from '#components/share/join-requests'
import { WaitingInvitations } from '#components/share/waiting-invitations'
import { useAlert } from '#components/ui/alerts'
import { Dialog } from '#components/ui/dialog'
import { NameForm } from '#components/ui/name-form'
import { count, list } from '#lib/words/count-words'
import { nameOf } from '#lib/words/pill-words'
import { actionErrorWords } from '#lib/words/trouble-words'

/** What the workspace is called where people read it. */
const called = (name: string) => name || 'your workspace'

/** Invites people: first, if need be, who invites; then what they may do, the link and the code, and who is expected. */
export function ShareDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const workspace = useWorkspace()
  const session = useSession()
  const alert = useAlert()
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
    const saveName = async (name: string) => {
      const saved = await session.setMyName(name)
      if (!saved.ok) alert(actionErrorWords(saved.error))
    }
    return (
      <Dialog
        open={open}
        onClose={onClose}
        title="Who is inviting?"
        lead="Your name stands on the invitation, and beside your cursor."
      >
        <NameForm label="Your name" action="Continue" onSave={saveName} />
      </Dialog>
    )
  }

  const pages = workspace.pages.length
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
    </Dialog>
  )
}
