import { useState } from 'react'
import { useSession } from '#components/session/session-context'
import { Button } from '#components/ui/button'
import { STORAGE_DENIED } from '#lib/words/pill-words'

/** What can be done while the browser may clear this site's data; it is asked only by a click, as it may ask back. */
export function StorageRemedies({ onBackup }: { onBackup: () => void }) {
  const session = useSession()
  const [denied, setDenied] = useState(false)
  return (
    <div className="px-5 pb-4">
      <div className="flex flex-wrap gap-2">
        <Button
          look="plain"
          size="small"
          onClick={() => void session.askForDurableStorage().then((kept) => setDenied(!kept))}
        >
          Allow storage
        </Button>
        <Button look="plain" size="small" onClick={onBackup}>
          Download a backup
        </Button>
      </div>
      <p role="status" className="mt-2 text-help text-ink-2 empty:hidden">
        {denied ? STORAGE_DENIED : ''}
      </p>
    </div>
  )
}
