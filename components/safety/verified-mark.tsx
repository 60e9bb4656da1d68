import { ShieldAlert, ShieldCheck } from 'lucide-react'
import { useWorkspace } from '#components/session/session-context'
import type { PersonView } from '#lib/session/session-view'
import { nameOf } from '#lib/words/pill-words'
import { verifiedWords } from '#lib/words/safety-words'

/** Stands beside the name of somebody whose safety number was compared at this device; nothing before that. */
export function VerifiedMark({ person }: { person: PersonView }) {
  const { verified } = useWorkspace('verified')
  const mark = verified.find(({ id }) => id === person.id)
  if (!mark) return null
  const Icon = mark.newDevices > 0 ? ShieldAlert : ShieldCheck
  const words = verifiedWords(nameOf(person), mark)
  return (
    <span role="img" aria-label={words} title={words} className="flex-none text-ink-2">
      <Icon size={15} aria-hidden="true" />
    </span>
  )
}
