import { useSession, useWorkspace } from '#components/session/session-context'
import { AlertCard, useAlert } from '#components/ui/alerts'
import { Button } from '#components/ui/button'
import { importReportWords, importStoppedWords, importWords, lossWords } from '#lib/words/import-words'

/** A card for each long file that is coming in: how far it is, and a way to stop it; and what came of those before. */
export function ImportNotices() {
  const session = useSession()
  const alert = useAlert()
  const { imports, importReports } = useWorkspace('imports', 'importReports')
  const coming = imports.map(({ id, fileName, percent, pages }) => (
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
          if (percent !== undefined) alert(importStoppedWords(fileName, percent, pages))
        }}
      >
        Stop
      </Button>
    </div>
  ))
  const through = importReports.map((report) => (
    <AlertCard
      key={report.id}
      text={importReportWords(report)}
      urgent={false}
      onDismiss={() => session.dismissImportReport(report.id)}
    >
      {report.losses.length > 0 ? (
        <ul className="basis-full list-disc pl-4 text-help text-ink-2 [overflow-wrap:anywhere]">
          {report.losses.map((loss) => (
            <li key={loss.kind}>{lossWords(loss)}</li>
          ))}
        </ul>
      ) : null}
    </AlertCard>
  ))
  return [...through, ...coming]
}
