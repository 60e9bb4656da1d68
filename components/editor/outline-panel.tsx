import { useEffect, useState } from 'react'
import { Dialog } from '#components/ui/dialog'
import type { Editor } from '#lib/editor/create-editor'
import { countCharacters, goToBlock, outlineOf } from '#lib/editor/outline'
import type { OpenPage } from '#lib/session/session-view'
import { countWordsOf, editorWords } from '#lib/words/editor-words'

const REST_MS = 300

/** The page's headings, to go to, and how much is written. */
export function OutlinePanel({ editor, page, onClose }: { editor: Editor; page: OpenPage; onClose: () => void }) {
  const [doc, setDoc] = useState(editor.view.state.doc)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const soon = () => {
      clearTimeout(timer)
      timer = setTimeout(() => setDoc(editor.view.state.doc), REST_MS)
    }
    page.doc.on('afterTransaction', soon)
    return () => {
      clearTimeout(timer)
      page.doc.off('afterTransaction', soon)
    }
  }, [editor, page])
  const entries = outlineOf(doc)
  return (
    <Dialog
      open
      onClose={onClose}
      title={editorWords.outline}
      lead={countWordsOf({ words: editor.words(), characters: countCharacters(doc) })}
    >
      {entries.length > 0 ? (
        <ol className="outline-list">
          {entries.map(({ level, text, position }) => (
            <li key={position} data-level={level}>
              <button
                type="button"
                onClick={() => {
                  onClose()
                  editor.run(goToBlock(position))
                  editor.focus()
                }}
              >
                {text}
              </button>
            </li>
          ))}
        </ol>
      ) : (
        <p className="px-6 pt-3 pb-5 text-ink-2 max-desk:px-5">{editorWords.noOutline}</p>
      )}
    </Dialog>
  )
}
