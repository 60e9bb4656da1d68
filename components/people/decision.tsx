import type { ReactNode } from 'react'
import { useAsk } from '#components/session/use-ask'
import { Button } from '#components/ui/button'
import { DialogFoot } from '#components/ui/dialog'
import type { Done } from '#lib/session/session-view'

/** A hard decision: full sentences, the safe choice first, then the verb and the name. */
export function Decision({
  text,
  safe,
  verb,
  onSafe,
  onDecide,
  onDone,
  children,
}: {
  text: string
  safe: string
  verb: string
  onSafe: () => void
  onDecide: () => Done
  onDone: () => void
  children?: ReactNode
}) {
  const { busy, ask } = useAsk()
  const decide = async () => {
    const decided = await ask(onDecide())
    if (decided.ok) onDone()
  }
  return (
    <>
      <p className="px-6 pt-2.5 text-ink-2 max-desk:px-5">{text}</p>
      {children}
      <DialogFoot>
        <Button look="plain" autoFocus onClick={onSafe}>
          {safe}
        </Button>
        <Button look="mask" busy={busy} onClick={() => void decide()}>
          {verb}
        </Button>
      </DialogFoot>
    </>
  )
}
