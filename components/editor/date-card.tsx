import { useEffect, useRef } from 'react'
import { useEditorFacts } from '#components/editor/editor-facts'
import { useBesideSelection } from '#components/editor/floating'
import type { Editor } from '#lib/editor/create-editor'
import { setDate } from '#lib/editor/dates'
import { editorWords } from '#lib/words/editor-words'

/** Under a day that is selected: another one can be chosen. Enter in the page (`asked` rises) goes into the field. */
export function DateCard({ editor, asked }: { editor: Editor; asked: number }) {
  const { date, readOnly } = useEditorFacts(editor)
  return date === undefined || readOnly !== false ? null : <Card editor={editor} date={date} asked={asked} />
}

function Card({ editor, date, asked }: { editor: Editor; date: string; asked: number }) {
  const card = useRef<HTMLFieldSetElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const answered = useRef(asked)
  useBesideSelection(editor, card, true, 'bottom-start')
  useEffect(() => {
    if (answered.current === asked) return
    answered.current = asked
    field.current?.focus()
  }, [asked])
  return (
    <fieldset ref={card} className="link-card date-card" aria-label={editorWords.date}>
      <input
        ref={field}
        type="date"
        aria-label={editorWords.date}
        value={date}
        onChange={(event) => editor.run(setDate(event.target.value))}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== 'Escape') return
          event.preventDefault()
          editor.focus()
        }}
      />
    </fieldset>
  )
}
