import { useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { goTo, pageAddress, type Route } from '#components/session/route'
import { useSession, useWorkspace } from '#components/session/session-context'
import type { OpenPage } from '#lib/session/session-view'

/**
 * Opens the page that the route names, or that of the last visit, and keeps it open until another one is there. Undefined while opening;
 * 'missing' if there is no such page. The address follows once the workspace is more than a draft.
 */
export function useOpenPage({ workspaceId: addressed, place, pageId }: Route): OpenPage | 'missing' | undefined {
  const session = useSession()
  const { id: workspaceId, draft, trash } = useWorkspace('id', 'draft', 'trash')
  const [shown, setShown] = useState<OpenPage | 'missing'>()
  const open = useRef<OpenPage>(undefined)
  const shownId = typeof shown === 'object' ? shown.id : undefined
  /** The address may be ahead of what is on screen: then it is about another workspace. */
  const isOurs = addressed === undefined || addressed === workspaceId
  const wanted = isOurs ? pageId : undefined
  const trashed = trash.some(({ id }) => id === shownId)

  useEffect(() => {
    const page = open.current
    const isIt = page !== undefined && (wanted === undefined || page.id === wanted)
    if (isIt && (page.readOnly === 'trashed') === trashed) return
    const attempt = { abandoned: false }
    const show = (page: OpenPage) => {
      // At once: a key pressed between the two copies would go into the one that nobody reads any more.
      page.onReplaced = (fresh) => flushSync(() => show(fresh))
      open.current = page
      setShown(page)
    }
    void session.openPage(wanted ?? page?.id ?? 'last').then((page) => {
      if (attempt.abandoned) return page?.close()
      open.current?.close()
      open.current = undefined
      if (page) show(page)
      else setShown('missing')
    })
    return () => {
      attempt.abandoned = true
    }
  }, [session, wanted, trashed])

  useEffect(() => {
    return () => {
      open.current?.close()
      open.current = undefined
    }
  }, [])

  useEffect(() => {
    const nameless = isOurs && place === 'page' && wanted === undefined
    if (!draft && nameless && shownId !== undefined) goTo(pageAddress(workspaceId, shownId), { replace: true })
  }, [isOurs, draft, place, wanted, shownId, workspaceId])

  return shown
}
