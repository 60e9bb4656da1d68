import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { useRef, useState } from 'react'
import { useSession, useWorkspace } from '#components/session/session-context'
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
} from '#lib/words/export-words'

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
  const { pages } = useWorkspace()
  const [choice, setChoice] = useState<ExportChoice>('markdown')
  const [withComments, setWithComments] = useState(false)
  const [written, setWritten] = useState<number>()
  const [problem, setProblem] = useState<string>()
  const stop = useRef<AbortController>(undefined)

  const close = () => {
    stop.current?.abort()
    setWritten(undefined)
    setProblem(undefined)
    onClose()
  }
  const download = async () => {
    const stopping = new AbortController()
    stop.current = stopping
    setWritten(0)
    const asked =
      choice === 'workspace' || !page
        ? session.exportWorkspace({ withComments, signal: stopping.signal, onWritten: setWritten })
        : session.exportPage(page.id, { format: choice, withComments })
    const made = await asked
    if (stopping.signal.aborted) return
    setWritten(undefined)
    if (!made.ok) {
      setProblem(exportProblemWords(made.error))
      return
    }
    const { fileName, type, content } = made.value
    saveFile(fileName, new Blob([content], { type }))
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
              <span className="text-help text-ink-2">{use}</span>
            </Radio.Root>
          ))}
        </RadioGroup>
        <div className="flex items-center justify-between gap-3 px-3">
          <span aria-hidden>With comments, below the text</span>
          <Switch label="With comments, below the text" checked={withComments} onChange={setWithComments} />
        </div>
        <p aria-live="polite" className="px-3 text-ink-2 empty:hidden">
          {problem ??
            (written !== undefined && choice === 'workspace' ? exportProgressWords(written, pages.length) : '')}
        </p>
      </div>
      <DialogFoot>
        <Button look="seal" disabled={written !== undefined} onClick={() => void download()}>
          {written === undefined ? 'Download' : 'Writing…'}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
