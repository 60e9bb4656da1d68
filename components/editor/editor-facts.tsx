import { useSyncExternalStore } from 'react'
import type { Editor, EditorFacts } from '#lib/editor/create-editor'

/** What is on at the selection. Renders again only when that changes, not at every key. */
export function useEditorFacts(editor: Editor): EditorFacts {
  return useSyncExternalStore(editor.subscribe, editor.facts)
}
