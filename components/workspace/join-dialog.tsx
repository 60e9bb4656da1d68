import { useState } from 'react'
import { Button } from '#components/ui/button'
import { Dialog, DialogFoot } from '#components/ui/dialog'
import { TextField } from '#components/ui/text-field'

/** The join page of this site with the fragment of a pasted link, or undefined if it is none of ours. */
export function joinAddress(pasted: string, origin: string): string | undefined {
  const text = pasted.trim()
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
    <Dialog open={open} onClose={onClose} title="Join with a link" lead="Paste the invitation that somebody sent you.">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const address = joinAddress(link, window.location.origin)
          if (address) window.location.assign(address)
          else setProblem('That is not a whole invitation link. It has “/join#” in it and is quite long.')
        }}
      >
        <TextField
          label="Invitation link"
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
