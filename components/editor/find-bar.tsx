import { CaseSensitive, ChevronDown, ChevronUp, Regex, WholeWord, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { useEditorFacts } from '#components/editor/editor-facts'
import { ToolButton } from '#components/editor/tool-button'
import { Button } from '#components/ui/button'
import type { Editor } from '#lib/editor/create-editor'
import { endSearch, goToMatch, replaceMatches, search } from '#lib/editor/find'
import type { FindError, FindQuery } from '#lib/editor/find-matches'
import { editorWords, findErrorWords, foundWords } from '#lib/words/editor-words'

const OPTIONS = [
  { name: 'matchCase', icon: CaseSensitive, label: editorWords.matchCase },
  { name: 'wholeWord', icon: WholeWord, label: editorWords.wholeWord },
  { name: 'isPattern', icon: Regex, label: editorWords.isPattern },
] as const

/** Looks for something on the page and replaces it: a bar over the page's upper edge. */
export function FindBar({ editor, onClose }: { editor: Editor; onClose: () => void }) {
  const { find, readOnly } = useEditorFacts(editor)
  const field = useRef<HTMLInputElement>(null)
  const newWords = useRef<HTMLInputElement>(null)
  const id = useId()
  const [query, setQuery] = useState<FindQuery>(() => beginWith(editor))
  const [replacement, setReplacement] = useState('')
  const [error, setError] = useState<FindError>()

  useLayoutEffect(() => {
    field.current?.select()
    field.current?.focus()
  }, [])
  useEffect(() => {
    let isLatest = true
    void search(editor.view, query).then((result) => isLatest && setError(result.ok ? undefined : result.error))
    return () => {
      isLatest = false
    }
  }, [editor, query])
  useEffect(() => () => endSearch(editor.view), [editor])

  function replace(which: 'current' | 'all'): void {
    editor.run(replaceMatches(replacement, query.isPattern, which))
    void search(editor.view, query)
    // A button that can do nothing more would drop the keys.
    if (which === 'all' || find.count <= 1) field.current?.focus()
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      onClose()
      editor.focus()
    } else if (event.key === 'Enter' && event.target === field.current) editor.run(goToMatch(event.shiftKey ? -1 : 1))
    else if (event.key === 'Enter' && event.target === newWords.current) replace('current')
    else return
    event.preventDefault()
  }

  return (
    <search className="find-bar" aria-label={editorWords.find} onKeyDown={onKeyDown}>
      <div className="find-line">
        <input
          ref={field}
          type="text"
          autoComplete="off"
          spellCheck={false}
          aria-label={editorWords.findText}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={id}
          placeholder={editorWords.findText}
          value={query.text}
          onChange={(event) => setQuery({ ...query, text: event.target.value })}
        />
        <output id={id} className={error ? 'find-count is-problem' : 'find-count'}>
          {error ? findErrorWords(error) : query.text ? foundWords(find) : ''}
        </output>
        <ToolButton label={editorWords.previousMatch} icon={ChevronUp} onClick={() => editor.run(goToMatch(-1))} />
        <ToolButton label={editorWords.nextMatch} icon={ChevronDown} onClick={() => editor.run(goToMatch(1))} />
        <ToolButton
          label={editorWords.endFind}
          icon={X}
          onClick={() => {
            onClose()
            editor.focus()
          }}
        />
      </div>
      <div className="find-line">
        {readOnly === false ? (
          <>
            <input
              ref={newWords}
              type="text"
              autoComplete="off"
              aria-label={editorWords.replaceWith}
              placeholder={editorWords.replaceWith}
              value={replacement}
              onChange={(event) => setReplacement(event.target.value)}
            />
            <Button look="bare" size="small" disabled={find.count === 0} onClick={() => replace('current')}>
              {editorWords.replace}
            </Button>
            <Button look="bare" size="small" disabled={find.count === 0} onClick={() => replace('all')}>
              {editorWords.replaceAll}
            </Button>
          </>
        ) : null}
        {OPTIONS.map(({ name, icon, label }) => (
          <ToolButton
            key={name}
            label={label}
            icon={icon}
            pressed={query[name]}
            onClick={() => setQuery({ ...query, [name]: !query[name] })}
          />
        ))}
      </div>
    </search>
  )
}

/** What is selected is what is looked for. */
function beginWith({ view }: Editor): FindQuery {
  const { from, to, $from, $to } = view.state.selection
  const text = $from.sameParent($to) && to - from <= 200 ? view.state.doc.textBetween(from, to) : ''
  return { text, matchCase: false, wholeWord: false, isPattern: false }
}
