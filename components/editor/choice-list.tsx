import { type RefObject, useRef } from 'react'
import { type Choice, ChoiceRows, type Choose } from '#components/editor/choice-rows'
import { useBesideSelection } from '#components/editor/floating'
import type { Editor } from '#lib/editor/create-editor'

/** What can be chosen for a question on the page, under the caret. Give it another `key` when the question changed. */
export function ChoiceList<One extends Choice>({
  editor,
  ...rows
}: {
  editor: Editor
  label: string
  /** At least one. */
  choices: readonly One[]
  choose: RefObject<Choose | undefined>
  onAnswer: (choice: One) => void
}) {
  const list = useRef<HTMLDivElement>(null)
  useBesideSelection(editor, list, true, 'bottom-start')
  return <ChoiceRows ref={list} field={editor.view.dom} className="slash-menu" {...rows} />
}
