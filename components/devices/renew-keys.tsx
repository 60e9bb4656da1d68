import { useState } from 'react'
import { useSession, useWorkspace } from '#components/session/session-context'
import { useAlert } from '#components/ui/alerts'
import { Button } from '#components/ui/button'
import { Dialog, DialogFoot } from '#components/ui/dialog'
import { renewKeysWords } from '#lib/words/device-words'
import { actionErrorWords } from '#lib/words/trouble-words'

/** Before a copied profile goes on as a device of its own (E2): what that means. */
export function RenewKeysDialog({
  open,
  onClose,
  onDone,
}: {
  open: boolean
  onClose: () => void
  /** The list of devices has one more. */
  onDone: () => void
}) {
  const session = useSession()
  const alert = useAlert()
  const { name } = useWorkspace()
  const [busy, setBusy] = useState(false)
  const words = renewKeysWords(name)
  const renew = async () => {
    setBusy(true)
    const renewed = await session.renewKeys()
    setBusy(false)
    if (renewed.ok) onDone()
    else alert(actionErrorWords(renewed.error))
  }
  return (
    <Dialog open={open} onClose={onClose} title="New keys for this device" lead={words.lead}>
      <ul className="list-disc space-y-1.5 px-6 pt-3 pl-10 text-ink-2 max-desk:px-5 max-desk:pl-9">
        {words.points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      <DialogFoot>
        <Button look="plain" onClick={onClose}>
          Not now
        </Button>
        <Button look="seal" disabled={busy} onClick={() => void renew()}>
          Take new keys
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
