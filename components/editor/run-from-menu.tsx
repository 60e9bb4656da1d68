import type { Editor } from '#lib/editor/create-editor'

/**
 * Runs what was chosen in a menu and gives the keys back to the page at once. A menu keeps the focus until it is gone, and a
 * second Enter would act again; where it is inert, none of its rows can take it.
 */
export function runFromMenu(editor: Editor, command: Parameters<Editor['run']>[0], { target }: Event): void {
  if (target instanceof Element) target.closest('[role=menu]')?.setAttribute('inert', '')
  editor.run(command)
  editor.focus()
}
