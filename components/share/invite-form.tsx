import { Calendar, Link, QrCode as QrSign, Ticket } from 'lucide-react'
import { useId, useState } from 'react'
import { useSession } from '#components/session/session-context'
import { QrCode } from '#components/share/qr-code'
import { Button } from '#components/ui/button'
import { Choice } from '#components/ui/choice'
import { classNames } from '#components/ui/class-names'
import { Select } from '#components/ui/select'
import { Switch } from '#components/ui/switch'
import { roleWords } from '#lib/words/role-words'
import { actionErrorWords } from '#lib/words/trouble-words'

type LinkRole = 'editor' | 'viewer'

const roles = (['viewer', 'editor'] as const).map((role) => ({ value: role, label: roleWords(role).verb }))
const ends = [
  { value: 1, label: 'In 1 day' },
  { value: 7, label: 'In 7 days' },
  { value: 30, label: 'In 30 days' },
]

const sendWords = (singleUse: boolean) =>
  singleUse ? 'Send it to one person you trust.' : 'Send it only to people you trust.'

/** Makes an invitation: what they can do, how often and how long; then the link, to copy or to photograph. */
export function InviteForm() {
  const session = useSession()
  const labelId = useId()
  const [role, setRole] = useState<LinkRole>('editor')
  const [singleUse, setSingleUse] = useState(true)
  const [days, setDays] = useState(7)
  const [link, setLink] = useState<string>()
  const [copied, setCopied] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  /** A link says what it was made for; other wishes need another one. */
  const change = <Value,>(set: (value: Value) => void) => {
    return (value: Value) => {
      set(value)
      setLink(undefined)
      setCopied(false)
    }
  }

  const create = async () => {
    setBusy(true)
    const created = await session.createInvitation({ role, singleUse, days })
    setBusy(false)
    setProblem(created.ok ? undefined : actionErrorWords(created.error))
    if (created.ok) setLink(created.value.link)
  }

  const copy = async (text: string) => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
    } catch {
      setProblem('The browser does not let this page copy. Select the link and copy it yourself.')
    }
  }

  return (
    <>
      <div className="grid gap-x-6 gap-y-1 px-6 pt-[18px] desk:grid-cols-[minmax(0,1fr)_132px] max-desk:px-5">
        <div>
          <span id={labelId} className="mb-1.5 block font-medium">
            They can
          </span>
          <Choice labelledBy={labelId} value={role} onChange={change(setRole)} options={roles} />
          <p className="mt-1.5 text-help text-ink-3">{roleWords(role).theyCan}</p>

          <label htmlFor={`${labelId}-link`} className="mt-3.5 mb-1.5 block font-medium">
            Invitation link
          </label>
          <div className="flex h-10 items-center gap-2 rounded-field pr-1 pl-3 shadow-edge max-desk:h-[52px]">
            <Link size={16} className="text-ink-3" aria-hidden="true" />
            <input
              id={`${labelId}-link`}
              readOnly
              value={link?.replace(/^https?:\/\//, '') ?? ''}
              placeholder="Made when you ask for it"
              onFocus={(event) => event.target.select()}
              className="h-8 min-w-0 flex-1 truncate rounded-tag bg-transparent font-mono text-help text-ink-2 placeholder:font-interface placeholder:text-ink-3"
            />
            {link === undefined ? (
              <Button look="seal" disabled={busy} onClick={() => void create()}>
                Create link
              </Button>
            ) : (
              <Button look="seal" onClick={() => void copy(link)}>
                {copied ? 'Copied' : 'Copy link'}
              </Button>
            )}
          </div>
          <p role="status" className="mt-1.5 min-h-[18px] text-help text-ink-3">
            {problem ? (
              <span className="text-wax-ink">{problem}</span>
            ) : copied ? (
              sendWords(singleUse)
            ) : link === undefined ? null : (
              'Any writer’s device lets them in, even while yours sleeps.'
            )}
          </p>
        </div>
        <div
          className={classNames(
            'max-desk:mx-auto max-desk:pt-2 max-desk:pb-4',
            link === undefined && 'max-desk:hidden',
          )}
        >
          {link === undefined ? (
            <div
              className="grid size-[132px] place-items-center rounded-field bg-footing text-ink-3 shadow-hairline"
              aria-hidden="true"
            >
              <QrSign size={28} />
            </div>
          ) : (
            <QrCode text={link} label="QR code of the link" />
          )}
          <p className="mt-2 text-center text-ink-3 text-note">or show them the code</p>
        </div>
      </div>

      <div className="px-6 pt-2.5 max-desk:px-5 max-desk:pt-1">
        <div className="border-line border-t">
          <div className="flex min-h-11 items-center gap-2.5 border-line border-b py-1.5">
            <Ticket size={16} className="text-ink-3" />
            <p className="flex-1">
              Works once
              <small className="block text-help text-ink-3">
                {singleUse ? 'For one person: whoever joins first uses it up.' : 'For everybody who gets the link.'}
              </small>
            </p>
            <Switch label="Works once" checked={singleUse} onChange={change(setSingleUse)} />
          </div>
          <div className="flex min-h-11 items-center gap-2.5 py-1.5">
            <Calendar size={16} className="text-ink-3" />
            <p className="flex-1">
              Ends
              <small className="block text-help text-ink-3">Your teammates’ devices see to that.</small>
            </p>
            <Select label="Ends" value={days} onChange={change(setDays)} options={ends} />
          </div>
        </div>
      </div>
    </>
  )
}
