import type { Editor } from '#lib/editor/create-editor'

/**
 * Runs what was chosen in a menu and gives the keys back to the page at once: the menu would keep them until it is gone, so
 * it is inert now, and not only once it was drawn as closed (`menu-popup.tsx`).
 */
export function runFromMenu(editor: Editor, command: Parameters<Editor['run']>[0], { target }: Event): void {
  if (target instanceof Element) target.closest('[role=menu]')?.setAttribute('inert', '')
  editor.run(command)
  editor.focus()
}
