import { useState } from 'react'
import { Button } from '#components/ui/button'
import { Dialog, DialogFoot } from '#components/ui/dialog'
import { TextField } from '#components/ui/text-field'

/** Six words, whatever stands between them: what was said on the telephone. */
const SPOKEN = /^[a-z]{3,8}([\s,-]+[a-z]{3,8}){5}$/i

/** The join page of this site with the fragment of a pasted link or with six words, or undefined if it is neither. */
export function joinAddress(pasted: string, origin: string): string | undefined {
  const text = pasted.trim()
  if (SPOKEN.test(text))
    return `/join/#${text
      .toLowerCase()
      .split(/[^a-z]+/)
      .join('-')}`
  const whole = /^https?:\/\//.test(text) ? text : `https://${text}`
  if (!URL.canParse(whole)) return undefined
  const address = new URL(whole)
  if (!/^\/join\/?$/.test(address.pathname) || address.hash.length < 2) return undefined
  return address.host === new URL(origin).host ? `/join/${address.hash}` : address.href
}

/** Opens an invitation whose link came by some other way than a click. */
export function JoinDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [link, setLink] = useState('')
  const [problem, setProblem] = useState<string>()
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Join with a link or words"
      lead="Paste the invitation that somebody sent you, or type the six words you were told."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const address = joinAddress(link, window.location.origin)
          if (address) window.location.assign(address)
          else
            setProblem(
              'That is not a whole invitation link. It has “/join#” in it and is quite long; spoken words are six.',
            )
        }}
      >
        <TextField
          label="Invitation link or six words"
          value={link}
          problem={problem}
          autoFocus
          onChange={(event) => {
            setLink(event.target.value)
            setProblem(undefined)
          }}
          className="px-6 pt-[18px] max-desk:px-5"
        />
        <DialogFoot>
          <Button look="seal" type="submit" disabled={link.trim() === ''}>
            Open the invitation
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
