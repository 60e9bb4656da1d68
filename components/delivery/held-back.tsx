import { useState } from 'react'
import { useSession, useWorkspace } from '#components/session/session-context'
import { useAsk } from '#components/session/use-ask'
import { AlertCard } from '#components/ui/alerts'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { Face } from '#components/ui/face'
import { useHandedFocus } from '#components/ui/handed-focus'
import type { HeldBackView } from '#lib/session/session-view'
import { heldBackLead, heldBackNotice, heldBackPlace, heldBackWords } from '#lib/words/held-back-words'
import { nameOf } from '#lib/words/pill-words'

const idsOf = (item: HeldBackView): readonly string[] => (item.type === 'set-aside' ? [item.id] : item.ids)

/** One person's edits in one page: what they say, and the click that keeps them. */
function HeldBackRow({ item, now }: { item: HeldBackView; now: number }) {
  const session = useSession()
  const { busy, ask } = useAsk()
  const row = useHandedFocus<HTMLLIElement>()
  const { canWrite, pages, trash } = useWorkspace('canWrite', 'pages', 'trash')
  const page = [...pages, ...trash].find(({ id }) => id === item.pageId)
  const keep = () => ask(item.type === 'set-aside' ? session.writeAnew(item.id) : session.keepHeldBack(item.ids))
  const who = item.type === 'set-aside' || item.mine ? 'You' : nameOf(item)
  return (
    <li
      ref={row}
      className="grid grid-cols-[26px_minmax(0,1fr)] gap-x-[11px] border-line border-t px-6 py-3 max-desk:px-5"
    >
      <Face person={item} />
      <div className="min-w-0">
        <h3 className="flex flex-wrap gap-x-3 font-semibold leading-[26px]">
          <bdi className="truncate">{who}</bdi>
          <span className="ml-auto flex-none font-normal text-[13px] text-ink-3">{heldBackWords(item, now)}</span>
        </h3>
        <p className="text-help text-ink-2">
          <bdi>{heldBackPlace(item, page?.title)}</bdi>
        </p>
        {item.text ? (
          <blockquote className="mt-1.5 border-edge border-l-2 pl-3 [overflow-wrap:anywhere]">
            <bdi>{item.text}</bdi>
          </blockquote>
        ) : null}
        {canWrite ? (
          <Button look="plain" size="small" className="mt-2" busy={busy} onClick={() => void keep()}>
            {item.type === 'set-aside' ? 'Write anew' : 'Keep'}
            <span className="sr-only"> {item.type === 'set-aside' ? 'these edits' : `the edits by ${who}`}</span>
          </Button>
        ) : null}
      </div>
    </li>
  )
}

/** The held-back edits (§5), each person's of a page with its Keep, and those set aside (E3); closes when nothing is left. */
export function HeldBackDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { heldBack, canWrite } = useWorkspace('heldBack', 'canWrite')
  const now = Date.now()
  return (
    <Dialog
      open={open && heldBack.length > 0}
      onClose={onClose}
      title="Held-back edits"
      lead={heldBackLead(heldBack, canWrite)}
    >
      <ul className="mt-4">
        {heldBack.map((item) => (
          <HeldBackRow key={idsOf(item).join()} item={item} now={now} />
        ))}
      </ul>
    </Dialog>
  )
}

/** A card as long as something is held back, until it is put away; comes again with more. */
export function HeldBackNotice({ onLook }: { onLook: () => void }) {
  const { heldBack, standing } = useWorkspace('heldBack', 'standing')
  const [putAway, setPutAway] = useState('')
  const ids = heldBack.flatMap(idsOf).join()
  if (ids === '' || ids === putAway) return null
  return (
    <AlertCard urgent={false} text={heldBackNotice(heldBack, standing.type)} onDismiss={() => setPutAway(ids)}>
      <Button
        look="plain"
        size="small"
        onClick={() => {
          setPutAway(ids)
          onLook()
        }}
      >
        Look
      </Button>
    </AlertCard>
  )
}

/** A line of the delivery panel: what is held back stays to be found there. */
export function HeldBackLine({ onLook }: { onLook: () => void }) {
  const { heldBack } = useWorkspace('heldBack')
  if (heldBack.length === 0) return null
  return (
    <div className="px-5 pb-4">
      <Button look="plain" size="small" onClick={onLook}>
        Held-back edits
      </Button>
    </div>
  )
}
