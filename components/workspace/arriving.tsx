import { useEffect, useState } from 'react'
import { useWorkspace } from '#components/session/session-context'
import { NOTHING_CAME, standingWords } from '#lib/words/trouble-words'

/** Most times the pages are there in a moment: nothing is said before. */
const ARRIVAL_MS = 3000

/** Where a newcomer’s pages will stand: why there are none, or that they are still on their way. */
export function Arriving() {
  const { standing, draft } = useWorkspace('standing', 'draft')
  const [isLate, setIsLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setIsLate(true), ARRIVAL_MS)
    return () => clearTimeout(timer)
  }, [])
  const words = standingWords(standing) ?? (isLate && !draft ? NOTHING_CAME : undefined)
  return (
    <div role="status" className="mx-auto max-w-[600px] px-5 pt-11 text-ink-2 text-large">
      {words}
    </div>
  )
}
