import { useState } from 'react'
import { Button } from '#components/ui/button'
import { DialogFoot } from '#components/ui/dialog'
import { TextField } from '#components/ui/text-field'

/** Asks for one name inside a dialog. `onSave` gets it trimmed, never empty unless `optional`. */
export function NameForm({
  label,
  action,
  initial = '',
  optional = false,
  longest = 80,
  onSave,
}: {
  label: string
  action: string
  initial?: string
  optional?: boolean
  longest?: number
  onSave: (name: string) => Promise<unknown>
}) {
  const [name, setName] = useState(initial)
  const [busy, setBusy] = useState(false)
  const trimmed = name.trim()
  const submit = async () => {
    setBusy(true)
    await onSave(trimmed)
    setBusy(false)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy && (trimmed !== '' || optional)) void submit()
      }}
    >
      <TextField
        label={label}
        value={name}
        maxLength={longest}
        autoFocus
        onChange={(event) => setName(event.target.value)}
        className="px-6 pt-[18px] max-desk:px-5"
      />
      <DialogFoot>
        <Button look="seal" type="submit" busy={busy} disabled={trimmed === '' && !optional}>
          {action}
        </Button>
      </DialogFoot>
    </form>
  )
}
