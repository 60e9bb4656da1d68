import { useMemo } from 'react'
import { goTo, pageAddress, useRoute } from '#components/session/route'
import { useSession, useWorkspace } from '#components/session/session-context'
import { useAlert } from '#components/ui/alerts'
import { useToast } from '#components/ui/toast'
import type { Done, PageView } from '#lib/session/session-view'
import { exportProblemWords, exportWords } from '#lib/words/export-words'
import { importProblemWords } from '#lib/words/import-words'
import { actionErrorWords } from '#lib/words/trouble-words'

/** What can be done with pages, each telling by itself when it was not done. */
export interface PageActions {
  create(): Promise<void>
  rename(pageId: string, title: string): Promise<void>
  trash(page: PageView): Promise<void>
  restore(pageId: string): Promise<void>
  importFiles(files: readonly File[]): Promise<void>
  copyMarkdown(pageId: string): Promise<void>
}

/** A page's title where people read it. */
export const titleOf = (page: { readonly title: string } | undefined): string => page?.title || 'Untitled'

/** A new page takes the focus into its title if nothing else holds it. */
function letGoOfFocus(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
}

/** The page actions of the workspace on screen. */
export function usePageActions(): PageActions {
  const session = useSession()
  const alert = useAlert()
  const toast = useToast()
  const { id: workspaceId, pages } = useWorkspace('id', 'pages')
  const { pageId: pageOnScreen } = useRoute()

  return useMemo(() => {
    const done = async <Value,>(asked: Done<Value>): Promise<Value | undefined> => {
      const result = await asked
      if (result.ok) return result.value
      alert(actionErrorWords(result.error))
      return undefined
    }
    const open = (pageId: string) => goTo(pageAddress(workspaceId, pageId))
    return {
      async create() {
        const pageId = await done(session.createPage())
        if (pageId === undefined) return
        letGoOfFocus()
        open(pageId)
      },
      async rename(pageId, title) {
        await done(session.renamePage(pageId, title))
      },
      async trash(page) {
        const result = await session.trashPage(page.id)
        if (!result.ok) return alert(actionErrorWords(result.error))
        if (pageOnScreen === page.id) {
          const other = pages.find(({ id }) => id !== page.id)?.id
          const next = other ?? (await done(session.createPage()))
          if (!other) letGoOfFocus()
          goTo(pageAddress(workspaceId, next), { replace: true })
        }
        toast(`Moved “${titleOf(page)}” to the trash`, () => {
          void done(session.restorePage(page.id)).then(() => pageOnScreen === page.id && open(page.id))
        })
      },
      async restore(pageId) {
        await done(session.restorePage(pageId))
      },
      async copyMarkdown(pageId) {
        const made = await session.exportPage(pageId, { format: 'markdown', withComments: false })
        if (!made.ok) return alert(exportProblemWords(made.error))
        const copied = await navigator.clipboard.writeText(String(made.value.content)).then(
          () => true,
          () => false,
        )
        if (copied) toast(exportWords.copied)
        else alert(exportWords.notCopied)
      },
      async importFiles(files) {
        for (const file of files) {
          const made = await session.importFile(file)
          if (made.ok) open(made.value)
          else alert(importProblemWords(made.error, file.name))
        }
      },
    }
  }, [session, alert, toast, workspaceId, pages, pageOnScreen])
}
