import { FileText } from 'lucide-react'
import { useRef } from 'react'
import { useWorkspace } from '#components/session/session-context'
import { Button } from '#components/ui/button'
import { useHandedFocus } from '#components/ui/handed-focus'
import { titleOf, usePageActions } from '#components/workspace/page-actions'
import type { PageView } from '#lib/session/session-view'

function Row({ page, heading }: { page: PageView; heading: () => HTMLElement | null }) {
  const { canWrite } = useWorkspace('canWrite')
  const actions = usePageActions()
  const row = useHandedFocus<HTMLLIElement>(heading)
  return (
    <li ref={row} className="flex min-h-11 items-center gap-3 border-line border-b">
      <FileText size={16} className="text-ink-3" />
      <bdi className="min-w-0 flex-1 truncate">{titleOf(page)}</bdi>
      {canWrite ? (
        <Button look="bare" size="small" onClick={() => void actions.restore(page.id)}>
          Restore
        </Button>
      ) : null}
    </li>
  )
}

/** Pages that were thrown away, each to be fetched back. Nothing in here is ever deleted by itself. */
export function TrashView() {
  const { trash } = useWorkspace('trash')
  const heading = useRef<HTMLHeadingElement>(null)
  return (
    <section aria-labelledby="trash" className="mx-auto w-full max-w-[600px] px-5 pt-11 pb-24 desk:px-0 max-desk:pt-3">
      <h2
        id="trash"
        ref={heading}
        tabIndex={-1}
        className="outline-none font-document text-[40px] leading-[46px] tracking-[-.018em] [font-weight:560] max-desk:text-[31px] max-desk:leading-[37px]"
      >
        Trash
      </h2>
      {trash.length === 0 ? (
        <p className="mt-4 text-ink-3 text-large">Nothing is in the trash.</p>
      ) : (
        <ul className="mt-6">
          {trash.map((page) => (
            <Row key={page.id} page={page} heading={() => heading.current} />
          ))}
        </ul>
      )}
    </section>
  )
}
