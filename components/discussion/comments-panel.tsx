import { Dialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { CommentForm } from '#components/discussion/comment-form'
import { ThreadCard } from '#components/discussion/thread-card'
import { useTodaysName } from '#components/discussion/todays-name'
import type { Comments } from '#components/discussion/use-comments'
import { useWorkspace } from '#components/session/session-context'
import { classNames } from '#components/ui/class-names'
import { IconButton } from '#components/ui/icon-button'
import { useNarrow } from '#components/ui/narrow'
import { Select } from '#components/ui/select'
import { speakersOf, type ThreadView, threadsWith } from '#lib/session/session-view'
import { discussionWords } from '#lib/words/discussion-words'
import { nameOf } from '#lib/words/pill-words'

/** In the order of the text; those whose words are gone come last, oldest first. */
const inOrder = (threads: readonly ThreadView[], order: readonly string[]): readonly ThreadView[] => {
  const rank = ({ id }: ThreadView) => (order.includes(id) ? order.indexOf(id) : order.length)
  return [...threads].sort((a, b) => rank(a) - rank(b))
}

function Filter({
  shown,
  counts,
  person,
  people,
  onShow,
  onPerson,
}: {
  shown: Shown
  counts: Record<Shown, number>
  person: string
  people: readonly { readonly value: string; readonly label: string }[]
  onShow: (shown: Shown) => void
  onPerson: (person: string) => void
}) {
  return (
    <div className="flex items-center gap-1">
      {(['open', 'resolved'] as const).map((which) => (
        <button
          key={which}
          type="button"
          aria-pressed={shown === which}
          onClick={() => onShow(which)}
          className="h-7 rounded-control px-2.5 text-help text-ink-2 hover:bg-hover aria-pressed:bg-press aria-pressed:text-ink max-desk:h-11 max-desk:px-4"
        >
          {discussionWords[which]} {counts[which]}
        </button>
      ))}
      {people.length > 0 ? (
        <div className="ml-auto min-w-0 text-help">
          <Select
            label={discussionWords.whose}
            value={person}
            onChange={onPerson}
            options={[{ value: EVERYBODY, label: discussionWords.everybody }, ...people]}
          />
        </div>
      ) : null}
    </div>
  )
}

/** No id of a person. */
const EVERYBODY = ''

/** Whose comments can be asked for: one's own first; nobody where one person says everything. */
function usePeopleIn(threads: readonly ThreadView[]) {
  const { me } = useWorkspace('me')
  const todaysName = useTodaysName()
  const speakers = speakersOf(threads)
  if (speakers.length < 2) return []
  const others = speakers.filter((id) => id !== me.id)
  return [
    { value: me.id, label: discussionWords.withYou },
    ...others.map((id) => ({ value: id, label: nameOf({ name: todaysName(id) ?? '' }) })),
  ]
}

type Shown = 'open' | 'resolved'

function Threads({ comments }: { comments: Comments }) {
  const { discussion, threads, active, begun, order, marks, mayComment } = comments
  const [shown, setShown] = useState<Shown>('open')
  const [person, setPerson] = useState(EVERYBODY)
  const people = usePeopleIn(threads)
  const theirs = threadsWith(threads, people.some(({ value }) => value === person) ? person : undefined)
  const isIn = (thread: ThreadView, which: Shown) => thread.resolved === (which === 'resolved')
  const listed = inOrder(theirs, order).filter((thread) => isIn(thread, shown))
  const counts = { open: 0, resolved: 0 }
  for (const { resolved } of theirs) counts[resolved ? 'resolved' : 'open']++
  const chosen = threads.find(({ id }) => id === active)
  const isHidden = chosen !== undefined && !listed.includes(chosen)
  const [sought, seek] = useState<string>()
  if (active !== sought) {
    seek(active)
    if (isHidden) {
      setShown(chosen.resolved ? 'resolved' : 'open')
      setPerson(EVERYBODY)
    }
  }
  const now = Date.now()
  if (!discussion) return null
  const empty = mayComment ? discussionWords.nothingOpen : discussionWords.nothingToRead
  return (
    <>
      <div className="px-4 pb-2.5">
        <Filter {...{ shown, counts, person, people }} onShow={setShown} onPerson={setPerson} />
      </div>
      {begun ? (
        <section aria-label={discussionWords.write} className="border-line border-t px-4 py-3">
          <blockquote className="mb-2.5 line-clamp-3 border-band border-l-2 pl-2.5 text-help text-ink-2">
            <bdi>{begun.quote || discussionWords.noWords}</bdi>
          </blockquote>
          <CommentForm
            label={discussionWords.write}
            autoFocus
            onCancel={comments.end}
            onSend={(text, mentions) => {
              const started = discussion.start(begun, text, mentions)
              comments.end()
              setShown('open')
              setPerson(EVERYBODY)
              comments.choose(started)
            }}
          />
        </section>
      ) : null}
      {listed.length === 0 && !begun ? (
        <p className="border-line border-t px-4 py-4 text-ink-3">
          {theirs.length < threads.length
            ? discussionWords.nothingOfTheirs
            : shown === 'open'
              ? empty
              : discussionWords.nothingResolved}
        </p>
      ) : null}
      {listed.map((thread) => (
        <ThreadCard
          key={thread.id}
          thread={thread}
          discussion={discussion}
          isActive={thread.id === active}
          isOrphan={!thread.resolved && !order.includes(thread.id)}
          now={now}
          onChoose={() => {
            comments.choose(thread.id)
            marks.reveal(thread.id)
          }}
        />
      ))}
    </>
  )
}

/** What people say about the page: beside it on a desk, as a sheet from below on a phone. */
export function CommentsPanel({ comments }: { comments: Comments }) {
  const narrow = useNarrow()
  const { isShown, show } = comments
  useEffect(() => {
    if (!isShown || narrow) return
    const close = (event: KeyboardEvent) => {
      const isInside = event.target instanceof Element && event.target.closest('[data-comments]') !== null
      if (event.key === 'Escape' && isInside && !event.defaultPrevented) show(false)
    }
    document.addEventListener('keydown', close)
    return () => document.removeEventListener('keydown', close)
  }, [isShown, narrow, show])

  if (narrow) {
    return (
      <Dialog.Root open={isShown} onOpenChange={show}>
        <Dialog.Portal>
          <Dialog.Backdrop className="fades fixed inset-0 z-20 bg-scrim" />
          <Dialog.Popup className="sheet-below fixed inset-x-0 bottom-0 z-20 mx-auto flex max-h-[80dvh] max-w-[640px] flex-col overflow-hidden rounded-t-sheet bg-raised pb-[env(safe-area-inset-bottom)] shadow-dialog outline-none">
            <Heading onClose={() => show(false)} title={<Dialog.Title>{discussionWords.heading}</Dialog.Title>} />
            <div className="min-h-0 overflow-y-auto">
              <Threads comments={comments} />
            </div>
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    )
  }
  if (!isShown) return null
  return (
    <aside
      data-comments
      aria-label={discussionWords.heading}
      className={classNames(
        'flex w-[340px] flex-none flex-col overflow-hidden border-line border-l bg-paper print:hidden',
      )}
    >
      <Heading onClose={() => show(false)} title={<h2>{discussionWords.heading}</h2>} />
      <div className="min-h-0 flex-1 overflow-y-auto pb-6">
        <Threads comments={comments} />
      </div>
    </aside>
  )
}

function Heading({ title, onClose }: { title: React.ReactNode; onClose: () => void }) {
  return (
    <div className="flex h-12 flex-none items-center pr-2.5 pl-4 font-semibold text-large">
      {title}
      <IconButton label={discussionWords.close} className="ml-auto" onClick={onClose}>
        <X size={16} />
      </IconButton>
    </div>
  )
}
