import { QrCode as QrSign } from 'lucide-react'
import { useId, useState } from 'react'
import { useSession, useWorkspace } from '#components/session/session-context'
import { InviteOptions } from '#components/share/invite-options'
import { MadeLink } from '#components/share/made-link'
import { QrCode } from '#components/share/qr-code'
import { Choice } from '#components/ui/choice'
import { classNames } from '#components/ui/class-names'
import { TextField } from '#components/ui/text-field'
import type { InvitationWish, MadeInvitation } from '#lib/session/session-view'
import { endedWords, invitedWords } from '#lib/words/invitation-words'
import { roleWords } from '#lib/words/role-words'
import { actionErrorWords } from '#lib/words/trouble-words'

const roles = (['viewer', 'commenter', 'editor'] as const).map((role) => ({
  value: role,
  label: roleWords(role).verb,
}))

const usual: InvitationWish = { role: 'editor', singleUse: true, days: 7, approval: false, pin: false, label: '' }

/** Makes an invitation: what they can do, how often and how long; then the link, to copy, to photograph or to say. */
export function InviteForm() {
  const session = useSession()
  const labelId = useId()
  const [wish, setWish] = useState(usual)
  const { invitations, policy } = useWorkspace('invitations', 'policy')
  const [latest, setMade] = useState<MadeInvitation>()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  // one that was taken back or used up lets nobody in: it is not there to be sent any more
  const state = invitations.find(({ id }) => id === latest?.id)?.state ?? 'open'
  const ended = state === 'open' ? undefined : endedWords(state)
  const hasCode = latest !== undefined && ended === undefined

  /** A link says what it was made for; other wishes need another one. */
  const change = (changed: Partial<InvitationWish>) => {
    setWish((before) => ({ ...before, ...changed }))
    setMade(undefined)
  }

  const create = async () => {
    setBusy(true)
    const created = await session.createInvitation({ ...wish, label: wish.label.trim() })
    setBusy(false)
    setProblem(created.ok ? undefined : actionErrorWords(created.error))
    if (created.ok) setMade(created.value)
  }

  return (
    <>
      <div className="grid gap-x-6 gap-y-1 px-6 pt-[18px] desk:grid-cols-[minmax(0,1fr)_132px] max-desk:px-5">
        <div>
          <span id={labelId} className="mb-1.5 block font-medium">
            They can
          </span>
          <Choice labelledBy={labelId} value={wish.role} onChange={(role) => change({ role })} options={roles} />
          <p className="mt-1.5 text-help text-ink-3">{invitedWords(wish.role, policy.editorsMayInvite)}</p>
          <MadeLink
            wish={wish}
            made={latest}
            ended={ended}
            busy={busy}
            problem={problem}
            onCreate={() => void create()}
          />
        </div>
        <div className={classNames('max-desk:mx-auto max-desk:pt-2 max-desk:pb-4', !hasCode && 'max-desk:hidden')}>
          {!hasCode ? (
            <div
              className="grid size-[132px] place-items-center rounded-field bg-footing text-ink-3 shadow-hairline"
              aria-hidden="true"
            >
              <QrSign size={28} />
            </div>
          ) : (
            <QrCode text={latest.link} label="QR code of the link" />
          )}
          <p className="mt-2 text-center text-ink-3 text-note">or show them the code</p>
        </div>
      </div>
      <TextField
        label="For whom, if you like"
        placeholder="A name or a word; members can read it"
        maxLength={80}
        value={wish.label}
        onChange={(event) => change({ label: event.target.value })}
        className="px-6 pt-3 max-desk:px-5"
      />
      <InviteOptions wish={wish} onChange={change} />
    </>
  )
}
