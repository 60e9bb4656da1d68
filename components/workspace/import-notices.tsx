import { useSession, useWorkspace } from '#components/session/session-context'
import { useAlert } from '#components/ui/alerts'
import { Button } from '#components/ui/button'
import { importStoppedWords, importWords } from '#lib/words/import-words'

/** A card for each long file that is coming in: how far it is, and a way to stop it. */
export function ImportNotices() {
  const session = useSession()
  const alert = useAlert()
  const { imports } = useWorkspace()
  return imports.map(({ id, fileName, percent }) => (
    <div key={id} className="rises flex items-center gap-3 rounded-menu bg-raised py-2.5 pr-2.5 pl-4 shadow-float">
      <p role="status" className="min-w-0 flex-1 py-1 [overflow-wrap:anywhere]">
        {importWords(fileName, percent === undefined)}
      </p>
      {percent === undefined ? null : (
        <span
          role="progressbar"
          aria-label={fileName}
          aria-valuenow={percent}
          className="flex-none text-ink-3 tabular-nums"
        >
          {percent} %
        </span>
      )}
      <Button
        look="bare"
        size="small"
        onClick={() => {
          session.stopImport(id)
          if (percent !== undefined) alert(importStoppedWords(fileName, percent))
        }}
      >
        Stop
      </Button>
    </div>
  ))
}
