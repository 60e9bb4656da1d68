import { Plus, ScrollText } from 'lucide-react'
import { useState } from 'react'
import { DeviceList } from '#components/devices/device-list'
import { KitElsewhere } from '#components/devices/kit-elsewhere'
import { LinkDevice } from '#components/devices/link-device'
import { MakeKit } from '#components/devices/make-kit'
import { PassphraseGate } from '#components/lock/passphrase-gate'
import { useWorkspace } from '#components/session/session-context'
import { Button } from '#components/ui/button'
import { Dialog, DialogFoot } from '#components/ui/dialog'
import { kitStandingWords } from '#lib/words/kit-words'

type Part = 'list' | 'link' | 'kit'

/** My devices: who they are, one more, one less. */
export function DevicesDialog({
  open,
  onClose,
  onThisDevice,
}: {
  open: boolean
  onClose: () => void
  /** This one is the new device. */
  onThisDevice: () => void
}) {
  const { draft, name, kit, notices } = useWorkspace('draft', 'name', 'kit', 'notices')
  const kitElsewhere = notices.find(({ type }) => type === 'kit-elsewhere')
  const [part, setPart] = useState<Part>('list')
  const close = () => {
    setPart('list')
    onClose()
  }
  if (part === 'link') {
    return (
      <Dialog open={open} onClose={close} title="Link another device" lead="Both devices side by side, online.">
        <PassphraseGate>
          <LinkDevice onDone={() => setPart('list')} />
        </PassphraseGate>
      </Dialog>
    )
  }
  if (part === 'kit') {
    return (
      <Dialog wide open={open} onClose={close} title="Recovery kit">
        <PassphraseGate>
          <MakeKit onDone={() => setPart('list')} />
        </PassphraseGate>
      </Dialog>
    )
  }
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Your devices"
      lead={draft ? undefined : `Each has keys of its own. These speak for you in ${name || 'this workspace'}.`}
    >
      <div className="px-6 pt-3 max-desk:px-5">
        {draft ? (
          <p className="text-ink-2">Write a first page; then another device can be linked to this one.</p>
        ) : (
          <DeviceList />
        )}
      </div>
      <DialogFoot>
        <Button look="plain" onClick={onThisDevice}>
          Link this one to another
        </Button>
        <Button look="seal" disabled={draft} onClick={() => setPart('link')}>
          <Plus size={16} />
          Link another device
        </Button>
      </DialogFoot>
      {kitElsewhere ? <KitElsewhere from={kitElsewhere.who} /> : null}
      {draft ? null : (
        <section aria-labelledby="kit" className="bg-footing px-6 pt-3.5 pb-4 max-desk:px-5">
          <div className="flex items-center gap-3">
            <ScrollText size={18} className="text-ink-3" />
            <p className="min-w-0 flex-1 leading-[18px]">
              <span id="kit" className="block font-medium">
                Recovery kit
              </span>
              <small className="block text-help text-ink-3">{kitStandingWords(kit)}</small>
            </p>
            <Button look="plain" size="small" onClick={() => setPart('kit')}>
              {kit === 'none' ? 'Make one' : 'Make a new one'}
            </Button>
          </div>
        </section>
      )}
    </Dialog>
  )
}
