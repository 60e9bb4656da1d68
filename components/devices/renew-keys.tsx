import { useSession, useWorkspace } from '#components/session/session-context'
import { useAsk } from '#components/session/use-ask'
import { Button } from '#components/ui/button'
import { Dialog, DialogFoot } from '#components/ui/dialog'
import { renewKeysWords } from '#lib/words/device-words'

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
  const { busy, ask } = useAsk()
  const { name } = useWorkspace('name')
  const words = renewKeysWords(name)
  const renew = async () => {
    const renewed = await ask(session.renewKeys())
    if (renewed.ok) onDone()
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
        <Button look="seal" busy={busy} onClick={() => void renew()}>
          Take new keys
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
