import { useState } from 'react'
import { OtherProfiles } from '#components/lock/other-profiles'
import { PassphraseForm } from '#components/lock/passphrase-form'
import { useSession, useSessionView } from '#components/session/session-context'
import { useAlert } from '#components/ui/alerts'
import { Button } from '#components/ui/button'
import { Dialog, DialogFoot } from '#components/ui/dialog'
import { Select } from '#components/ui/select'
import { IDLE_CHOICES, LOCK_LATE, LOCK_LIMIT, unlockErrorWords } from '#lib/words/lock-words'

type Step = 'overview' | 'change' | 'remove'

/** Sets a passphrase before everything that this browser keeps; with one: when it locks, another one, or none. */
export function LockDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const session = useSession()
  const { lock } = useSessionView('lock')
  const alert = useAlert()
  const [step, setStep] = useState<Step>('overview')
  const close = () => {
    setStep('overview')
    onClose()
  }

  if (!lock.passphrase) {
    return (
      <Dialog open={open} onClose={close} title="Lock with a passphrase" lead={LOCK_LIMIT}>
        <PassphraseForm action="Set passphrase" onSubmit={({ next }) => session.setPassphrase(next, undefined)} />
        <p className="bg-footing px-6 py-3 text-help text-ink-3 max-desk:px-5">{LOCK_LATE}</p>
        <div className="px-6 pb-4 empty:hidden">
          <OtherProfiles places={lock.places} onOpen={(place) => session.openProfile(place)} />
        </div>
      </Dialog>
    )
  }
  if (step === 'change') {
    return (
      <Dialog open={open} onClose={close} title="Change the passphrase">
        <PassphraseForm
          asksCurrent
          action="Change passphrase"
          onSubmit={({ next, current }) => session.setPassphrase(next, current)}
          onDone={() => setStep('overview')}
        />
      </Dialog>
    )
  }
  if (step === 'remove') {
    return (
      <Dialog
        open={open}
        onClose={close}
        title="Remove the passphrase"
        lead="Whoever can use this browser can then open your pages."
      >
        <PassphraseForm
          asksCurrent
          asksNext={false}
          action="Remove passphrase"
          onSubmit={({ current }) => session.removePassphrase(current)}
          onDone={() => setStep('overview')}
        />
      </Dialog>
    )
  }
  const setIdle = async (minutes: number) => {
    const set = await session.setIdleMinutes(minutes)
    if (!set.ok) alert(unlockErrorWords(set.error))
  }
  return (
    <Dialog open={open} onClose={close} title="A passphrase is set" lead={LOCK_LIMIT}>
      <div className="flex flex-wrap items-center justify-between gap-3 px-6 pt-4 max-desk:px-5">
        <span>Lock by itself</span>
        <Select
          label="Lock by itself"
          value={lock.idleMinutes}
          onChange={(minutes) => void setIdle(minutes)}
          options={IDLE_CHOICES}
        />
      </div>
      <DialogFoot>
        <Button look="bare" onClick={() => setStep('remove')}>
          Remove…
        </Button>
        <Button look="plain" onClick={() => setStep('change')}>
          Change…
        </Button>
        <Button look="seal" onClick={() => session.lock()}>
          Lock now
        </Button>
      </DialogFoot>
      <div className="px-6 pb-4 empty:hidden">
        <OtherProfiles places={lock.places} onOpen={(place) => session.openProfile(place)} />
      </div>
    </Dialog>
  )
}
