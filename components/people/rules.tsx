import type { ReactNode } from 'react'
import { useSession, useWorkspace } from '#components/session/session-context'
import { useAsk } from '#components/session/use-ask'
import { Button } from '#components/ui/button'
import { Fold } from '#components/ui/fold'
import { Select } from '#components/ui/select'
import { Switch } from '#components/ui/switch'
import type { PolicyWish } from '#lib/session/session-view'
import {
  NEW_KEYS_NOW,
  ROTATION,
  ROTATION_HELP,
  rotationWords,
  WRITERS_INVITE,
  WRITERS_INVITE_HELP,
} from '#lib/words/policy-words'

const ROTATION_DAYS = [0, 7, 30, 90, 365]

function Rule({ name, help, children }: { name: string; help: string; children: ReactNode }) {
  return (
    <li className="py-2">
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-x-3">
        <span className="font-medium">{name}</span>
        {children}
      </div>
      <p className="text-help text-ink-3">{help}</p>
    </li>
  )
}

/** What the owner lays down for everybody, behind a fold; and new keys at once, which an admin may have made as well. */
export function Rules({ onNewKeys }: { onNewKeys: () => void }) {
  const session = useSession()
  const { ask } = useAsk()
  const { policy } = useWorkspace('policy')
  const { editorsMayInvite, rotationDays, maySet, mayRotate } = policy
  if (!maySet && !mayRotate) return null
  const set = (wish: PolicyWish) => ask(session.setPolicy(wish))
  const days = [...new Set([...ROTATION_DAYS, rotationDays])].sort((a, b) => a - b)
  return (
    <Fold title="Rules and keys" className="px-6 max-desk:px-5">
      <ul aria-label="Rules and keys" className="divide-y divide-line">
        {maySet ? (
          <Rule name={WRITERS_INVITE} help={WRITERS_INVITE_HELP}>
            <Switch
              label={WRITERS_INVITE}
              checked={editorsMayInvite}
              onChange={(isOn) => void set({ editorsMayInvite: isOn })}
            />
          </Rule>
        ) : null}
        <Rule name={ROTATION} help={ROTATION_HELP}>
          {maySet ? (
            <Select
              label={ROTATION}
              value={rotationDays}
              onChange={(chosen) => void set({ rotationDays: chosen })}
              options={days.map((value) => ({ value, label: rotationWords(value) }))}
            />
          ) : (
            <span className="text-ink-2">{rotationWords(rotationDays)}</span>
          )}
        </Rule>
      </ul>
      {mayRotate ? (
        <Button look="plain" size="small" className="mt-1 mb-2" onClick={onNewKeys}>
          {NEW_KEYS_NOW}
        </Button>
      ) : null}
    </Fold>
  )
}
