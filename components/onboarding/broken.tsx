'use client'

import { useEffect } from 'react'
import { Letter } from '#components/onboarding/letter'
import { Button } from '#components/ui/button'

/** What stands there after a bug. What was written is on disk; a fresh start is the remedy. */
export function Broken({ error }: { error: Error }) {
  useEffect(() => {
    document.title = 'Waxwing'
  }, [])
  return (
    <Letter
      title="Something broke in this window"
      text="What you wrote up to the last moment is on this device. Start again to go on."
      foot={`${error.name}: ${error.message}`}
    >
      <Button look="seal" size="large" className="w-full" onClick={() => window.location.reload()}>
        Start again
      </Button>
    </Letter>
  )
}
