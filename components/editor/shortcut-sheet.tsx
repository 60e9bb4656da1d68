import { useEffect } from 'react'
import { Dialog } from '#components/ui/dialog'
import { isMac } from '#components/ui/is-mac'
import { type ShortcutName, shortcuts } from '#lib/editor/shortcuts'
import { editorWords, keyWords, shortcutWords } from '#lib/words/editor-words'

/** Calls `show` when somebody presses a question mark anywhere but in a field. */
export function useQuestionMark(show: () => void): void {
  useEffect(() => {
    const look = (event: KeyboardEvent) => {
      const inField =
        event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable]')
      if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey || inField) return
      event.preventDefault()
      show()
    }
    document.addEventListener('keydown', look)
    return () => document.removeEventListener('keydown', look)
  }, [show])
}

/** Every key of the editor that has a name, as the keymap has it. */
export function ShortcutSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={editorWords.shortcuts} lead={editorWords.shortcutsLead} wide>
      <dl className="shortcut-sheet">
        {(Object.keys(shortcuts) as ShortcutName[]).map((name) => (
          <div key={name}>
            <dt>{shortcutWords(name)}</dt>
            <dd>
              <kbd>{keyWords(shortcuts[name][0], isMac())}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
