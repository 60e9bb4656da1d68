import { Check, RotateCcw } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { CommentForm } from '#components/discussion/comment-form'
import { RemarkItem } from '#components/discussion/remark'
import { classNames } from '#components/ui/class-names'
import { IconButton } from '#components/ui/icon-button'
import type { OpenDiscussion, ThreadView } from '#lib/session/session-view'
import { discussionWords } from '#lib/words/discussion-words'

/** A thread: the words it is about, what was said, and the place for an answer. */
export function ThreadCard({
  thread,
  discussion,
  isActive,
  isOrphan,
  now,
  onChoose,
}: {
  thread: ThreadView
  discussion: OpenDiscussion
  isActive: boolean
  /** Its words are gone from the page. */
  isOrphan: boolean
  now: number
  onChoose: () => void
}) {
  const card = useRef<HTMLElement>(null)
  useEffect(() => {
    if (isActive) card.current?.scrollIntoView({ block: 'nearest' })
  }, [isActive])
  const mayComment = discussion.mayComment()
  const { resolved } = thread
  const quote = thread.quote || discussionWords.noWords
  const gone = thread.quote ? discussionWords.gone : discussionWords.goneBlock
  const Icon = resolved ? RotateCcw : Check
  return (
    <article
      ref={card}
      aria-label={quote}
      aria-current={isActive ? 'true' : undefined}
      className={classNames(
        'border-line border-t px-4 py-3 transition-colors duration-120',
        isActive ? 'bg-band-tint/40' : undefined,
      )}
    >
      <div className="flex items-start gap-2">
        <button
          type="button"
          onClick={onChoose}
          disabled={isOrphan}
          className="min-w-0 flex-1 rounded-control border-band border-l-2 py-0.5 pl-2.5 text-left text-help text-ink-2 enabled:hover:text-ink max-desk:min-h-11"
        >
          <bdi className={classNames('line-clamp-3 [overflow-wrap:anywhere]', isOrphan && 'line-through')}>{quote}</bdi>
        </button>
        {mayComment ? (
          <IconButton
            label={resolved ? discussionWords.reopen : discussionWords.resolve}
            onClick={() => discussion.resolve(thread.id, !resolved)}
          >
            <Icon size={16} />
          </IconButton>
        ) : null}
      </div>
      {isOrphan ? <p className="mt-1 text-[12.5px] text-ink-3">{gone}</p> : null}
      <ol>
        {thread.remarks.map((remark) => (
          <RemarkItem key={remark.id} remark={remark} thread={thread.id} discussion={discussion} now={now} />
        ))}
      </ol>
      {mayComment && !resolved ? (
        <div className="mt-2.5 pl-8">
          <CommentForm
            label={discussionWords.writeReply}
            onSend={(text, mentions) => discussion.reply(thread.id, text, mentions)}
          />
        </div>
      ) : null}
    </article>
  )
}
