import { Link } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import { SayLink } from '#components/share/say-link'
import { Button } from '#components/ui/button'
import type { InvitationWish, MadeInvitation } from '#lib/session/session-view'
import { admissionWords, sendWords, spacedPin } from '#lib/words/invitation-words'

/**
 * The link once it is there, to be copied, with its PIN if it needs one; before that the way to make it. When it ends, under
 * whoever's finger, the button to copy it does nothing more, and another link is a button of its own.
 */
export function MadeLink({
  wish,
  made,
  ended,
  busy,
  problem,
  onCreate,
}: {
  wish: InvitationWish
  made: MadeInvitation | undefined
  /** Why it lets nobody in any more. */
  ended: string | undefined
  busy: boolean
  problem: string | undefined
  onCreate: () => void
}) {
  const id = useId()
  const [copied, setCopied] = useState<string>()
  const [refused, setRefused] = useState(false)
  const copyButton = useRef<HTMLButtonElement>(null)
  const open = ended === undefined ? made : undefined
  const isCopied = made !== undefined && copied === made.link

  const copy = async (text: string) => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(text)
      setRefused(false)
    } catch {
      setRefused(true)
    }
  }

  /** The button that makes it goes away with the link that has ended. */
  const createAnother = () => {
    copyButton.current?.focus()
    onCreate()
  }

  const trouble =
    problem ?? (refused && !ended ? 'The browser does not let this page copy. Select the link and copy it.' : '')
  return (
    <>
      <label htmlFor={id} className="mt-3.5 mb-1.5 block font-medium">
        Invitation link
      </label>
      <div className="flex h-10 items-center gap-2 rounded-field pr-1 pl-3 shadow-edge max-desk:h-[52px]">
        <Link size={16} className="text-ink-3" aria-hidden="true" />
        <input
          id={id}
          readOnly
          value={open?.link.replace(/^https?:\/\//, '') ?? ''}
          placeholder="Made when you ask for it"
          onFocus={(event) => event.target.select()}
          className="h-8 min-w-0 flex-1 truncate rounded-tag bg-transparent font-mono text-help text-ink-2 placeholder:font-interface placeholder:text-ink-3"
        />
        {made === undefined ? (
          <Button look="seal" busy={busy} onClick={onCreate}>
            Create link
          </Button>
        ) : (
          <Button
            ref={copyButton}
            look="seal"
            aria-disabled={ended === undefined ? undefined : true}
            onClick={() => void (ended === undefined && copy(made.link))}
          >
            {isCopied ? 'Copied' : 'Copy link'}
          </Button>
        )}
      </div>
      <div role="status" className="mt-1.5 min-h-[18px] text-help text-ink-3">
        {open?.pin ? (
          <p className="mb-1 text-ink">
            PIN <b className="mx-1 font-mono font-semibold text-[15px]">{spacedPin(open.pin)}</b> It is shown only now.
          </p>
        ) : null}
        {trouble ? (
          <p className="text-wax-ink">{trouble}</p>
        ) : made === undefined ? null : (
          <p>{ended ?? (isCopied ? sendWords(wish) : admissionWords(wish))}</p>
        )}
      </div>
      {open === undefined ? null : <SayLink key={open.link} link={open.link} />}
      {ended === undefined ? null : (
        <Button look="plain" size="small" className="mt-2" busy={busy} onClick={createAnother}>
          Create another link
        </Button>
      )}
    </>
  )
}
