import { type RefObject, useEffect, useRef } from 'react'
import { useEditorFacts } from '#components/editor/editor-facts'
import { useBesideSelection } from '#components/editor/floating'
import type { Editor } from '#lib/editor/create-editor'
import { setDate } from '#lib/editor/dates'
import { editorWords } from '#lib/words/editor-words'

/** Under a day that is selected: another one can be chosen. Enter in the page (`asked` rises) goes into the field. */
export function DateCard({ editor, asked }: { editor: Editor; asked: number }) {
  const { date, readOnly } = useEditorFacts(editor)
  /** Kept here: Enter may come before the card does. */
  const answered = useRef(asked)
  if (date === undefined || readOnly !== false) return null
  return <Card editor={editor} date={date} asked={asked} answered={answered} />
}

function Card({
  editor,
  date,
  asked,
  answered,
}: {
  editor: Editor
  date: string
  asked: number
  answered: RefObject<number>
}) {
  const card = useRef<HTMLFieldSetElement>(null)
  const field = useRef<HTMLInputElement>(null)
  useBesideSelection(editor, card, true, 'bottom-start')
  useEffect(() => {
    if (answered.current === asked) return
    answered.current = asked
    field.current?.focus()
  }, [asked, answered])
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
