import { useState } from 'react'
import { useAlert } from '#components/ui/alerts'
import type { Done } from '#lib/session/session-view'
import { actionErrorWords } from '#lib/words/trouble-words'

/** For what is asked of the session by a click: `busy` until it is answered; a refusal is told by itself. */
export function useAsk() {
  const alert = useAlert()
  const [busy, setBusy] = useState(false)
  const ask = async <Value,>(asked: Done<Value>): Done<Value> => {
    setBusy(true)
    const answer = await asked
    setBusy(false)
    if (!answer.ok) alert(actionErrorWords(answer.error))
    return answer
  }
  return { busy, ask }
}
