import { useEffect, useRef, useState } from 'react'
import { MentionField } from '#components/discussion/mention-field'
import { useSession, useWorkspace } from '#components/session/session-context'
import { Button } from '#components/ui/button'
import { type CommentDraft, draftOf, mentionedIn } from '#lib/editor/comment-draft'
import type { RemarkView } from '#lib/session/session-view'
import { discussionWords } from '#lib/words/discussion-words'

const fieldClass =
  'w-full rounded-field bg-transparent px-2.5 py-1.5 shadow-edge outline-offset-0 placeholder:text-ink-3 max-desk:text-[16px]'

const NOTHING = draftOf([])

/**
 * A few words about something. An at sign mentions somebody. Enter with Ctrl or Cmd sends, Escape leaves it. Whoever has no name yet is asked for one here,
 * and may go without.
 */
export function CommentForm({
  label,
  action = discussionWords.send,
  initial = NOTHING,
  autoFocus = false,
  onSend,
  onCancel,
}: {
  label: string
  action?: string
  initial?: CommentDraft
  autoFocus?: boolean
  onSend: (text: string, mentions: RemarkView['mentions']) => void
  onCancel?: (() => void) | undefined
}) {
  const session = useSession()
  const { me } = useWorkspace('me')
  const [draft, setDraft] = useState(initial)
  const { text } = draft
  const [name, setName] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const isOpen = text !== '' || onCancel !== undefined

  useEffect(() => {
    if (!autoFocus) return
    field.current?.focus()
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length)
  }, [autoFocus])

  const send = () => {
    const said = text.trim()
    if (said === '') return
    if (name.trim() !== '') void session.setMyName(name.trim())
    setDraft(NOTHING)
    onSend(said, mentionedIn(draft))
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <MentionField
        ref={field}
        draft={draft}
        onDraft={setDraft}
        aria-label={label}
        placeholder={label}
        rows={1}
        dir="auto"
        maxLength={10_000}
        className={`${fieldClass} field-sizing-content block max-h-60 min-h-9 resize-none max-desk:min-h-11`}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send()
          else if (event.key === 'Escape' && onCancel) onCancel()
          else return
          event.preventDefault()
          event.stopPropagation()
        }}
      />
      {isOpen ? (
        <>
          {me.name === '' ? (
            <input
              type="text"
              aria-label={discussionWords.name}
              placeholder={discussionWords.name}
              autoComplete="off"
              maxLength={80}
              value={name}
              className={`${fieldClass} mt-2 h-9 max-desk:h-11`}
              onChange={(event) => setName(event.target.value)}
            />
          ) : null}
          <div className="mt-2 flex justify-end gap-2">
            {onCancel ? (
              <Button look="bare" size="small" onClick={onCancel}>
                {discussionWords.cancel}
              </Button>
            ) : null}
            <Button look="plain" size="small" type="submit" disabled={text.trim() === ''}>
              {action}
            </Button>
          </div>
        </>
      ) : null}
    </form>
  )
}
