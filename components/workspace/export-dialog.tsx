import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { useRef, useState } from 'react'
import { useSession, useWorkspace } from '#components/session/session-context'
import { useAlert } from '#components/ui/alerts'
import { Button } from '#components/ui/button'
import { Dialog, DialogFoot } from '#components/ui/dialog'
import { Switch } from '#components/ui/switch'
import { saveFile } from '#components/workspace/files-of-this-device'
import type { PageView } from '#lib/session/session-view'
import {
  type ExportChoice,
  exportChoices,
  exportLead,
  exportProblemWords,
  exportProgressWords,
  leftFilesWords,
} from '#lib/words/export-words'

/** Of pages, or of one page's pictures. */
interface Progress {
  readonly done: number
  readonly of: number
}

/** Downloads the page on screen in one of several formats, or every page; closing it stops what is being written. */
export function ExportDialog({
  open,
  page,
  onClose,
}: {
  open: boolean
  page: PageView | undefined
  onClose: () => void
}) {
  const session = useSession()
  const { pages } = useWorkspace('pages')
  const [choice, setChoice] = useState<ExportChoice>('markdown')
  const [withComments, setWithComments] = useState(false)
  const alert = useAlert()
  const [progress, setProgress] = useState<Progress>()
  const [problem, setProblem] = useState<string>()
  const stop = useRef<AbortController>(undefined)

  const close = () => {
    stop.current?.abort()
    setProgress(undefined)
    setProblem(undefined)
    onClose()
  }
  const stopWriting = () => {
    stop.current?.abort()
    setProgress(undefined)
    setProblem(exportProblemWords({ type: 'stopped' }))
  }
  const download = async () => {
    const stopping = new AbortController()
    stop.current = stopping
    const { signal } = stopping
    setProblem(undefined)
    setProgress({ done: 0, of: 0 })
    const asked =
      choice === 'workspace' || !page
        ? session.exportWorkspace({
            ...{ withComments, signal },
            onWritten: (done) => setProgress({ done, of: pages.length }),
          })
        : session.exportPage(page.id, {
            ...{ format: choice, withComments, signal },
            onLooked: (done, of) => setProgress({ done, of }),
          })
    const made = await asked
    if (signal.aborted) return
    setProgress(undefined)
    if (!made.ok) {
      setProblem(exportProblemWords(made.error))
      return
    }
    const { fileName, type, content, left } = made.value
    saveFile(fileName, new Blob([content], { type }))
    if (left.length > 0) alert(leftFilesWords(fileName, left))
    close()
  }

  return (
    <Dialog open={open} onClose={close} title="Export" lead={exportLead}>
      <div className="grid gap-4 px-6 pt-4 max-desk:px-5">
        <RadioGroup
          aria-label="What to make"
          value={choice}
          onValueChange={(chosen) => setChoice(chosen as ExportChoice)}
          className="grid gap-px"
        >
          {exportChoices.map(({ value, name, use }) => (
            <Radio.Root
              key={value}
              value={value}
              nativeButton
              render={<button type="button" />}
              className="grid min-h-11 gap-px rounded-control px-3 py-1.5 text-left hover:bg-hover data-checked:bg-press"
            >
              <span className="font-medium">{name}</span>
              <span className="text-pretty text-help text-ink-2">{use}</span>
            </Radio.Root>
          ))}
        </RadioGroup>
        <div className="flex items-center justify-between gap-3 px-3">
          <span aria-hidden>With comments, below the text</span>
          <Switch label="With comments, below the text" checked={withComments} onChange={setWithComments} />
        </div>
        <p aria-live="polite" className="px-3 text-ink-2 empty:hidden">
          {problem ?? (progress && progress.of > 0 ? exportProgressWords(choice, progress.done, progress.of) : '')}
        </p>
      </div>
      <DialogFoot>
        {progress ? (
          <Button look="plain" onClick={stopWriting}>
            Stop
          </Button>
        ) : null}
        <Button look="seal" disabled={progress !== undefined} onClick={() => void download()}>
          {progress ? 'Writing…' : 'Download'}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
