import { ChevronRight } from 'lucide-react'
import { useEffect, useId, useState } from 'react'
import { pageAddress } from '#components/session/route'
import { useSession, useWorkspace } from '#components/session/session-context'
import { useAlert } from '#components/ui/alerts'
import { titleOf } from '#components/workspace/page-actions'
import type { Backlink } from '#lib/session/session-view'
import { backlinkWords } from '#lib/words/backlink-words'
import { actionErrorWords } from '#lib/words/trouble-words'

/** At the foot of a page: which others mention it, looked for when somebody asks. */
export function Backlinks({ pageId }: { pageId: string }) {
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  return (
    <section className="px-5 pb-24 desk:px-0 print:hidden" aria-label={backlinkWords.title}>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
        className="-ml-1.5 flex h-8 items-center gap-1.5 rounded-control px-1.5 text-[13px] text-ink-3 hover:bg-hover hover:text-ink-2 max-desk:h-11"
      >
        <ChevronRight size={14} aria-hidden="true" className={isOpen ? 'rotate-90' : undefined} />
        {backlinkWords.title}
      </button>
      {isOpen ? (
        <div id={id} className="mt-1">
          <Found pageId={pageId} />
        </div>
      ) : null}
    </section>
  )
}

function Found({ pageId }: { pageId: string }) {
  const session = useSession()
  const alert = useAlert()
  const { id: workspaceId } = useWorkspace('id')
  const [found, setFound] = useState<readonly Backlink[]>()
  useEffect(() => {
    let isGone = false
    void session.findBacklinks(pageId).then((looked) => {
      if (isGone) return
      if (looked.ok) setFound(looked.value)
      else alert(actionErrorWords(looked.error))
    })
    return () => {
      isGone = true
    }
  }, [session, alert, pageId])

  if (!found?.length) {
    return (
      <p role="status" className="text-[13px] text-ink-3">
        {found ? backlinkWords.none : backlinkWords.looking}
      </p>
    )
  }
  return (
    <ul className="grid gap-1">
      {found.map(({ page, quote }) => (
        <li key={page.id}>
          <a
            href={pageAddress(workspaceId, page.id)}
            className="block rounded-control px-2 py-1.5 hover:bg-hover desk:-ml-2"
          >
            <bdi className="block font-[550]">{titleOf(page)}</bdi>
            <bdi className="block text-[13px] text-ink-2">{quote}</bdi>
          </a>
        </li>
      ))}
    </ul>
  )
}
