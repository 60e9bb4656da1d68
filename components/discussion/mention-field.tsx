import { type Ref, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { ChoiceRows, type Choose } from '#components/editor/choice-rows'
import { personChoices } from '#components/editor/person-choices'
import { useWorkspace } from '#components/session/session-context'
import { askedName, type CommentDraft, changeDraft, chooseName } from '#lib/editor/comment-draft'
import { isMenuKey } from '#lib/editor/question'
import { discussionWords } from '#lib/words/discussion-words'

const MOST = 8

/**
 * Plain text in which an at sign asks for somebody. Who is there to choose stands right under the field, which keeps the focus;
 * Escape leaves it at what was typed.
 */
export function MentionField({
  ref,
  draft,
  onDraft,
  onKeyDown,
  ...field
}: {
  ref: Ref<HTMLTextAreaElement>
  draft: CommentDraft
  onDraft: (draft: CommentDraft) => void
} & Omit<React.ComponentProps<'textarea'>, 'value' | 'onChange' | 'onSelect' | 'onBlur'>) {
  const { members } = useWorkspace('members')
  /** Where somebody types; `undefined` when they went elsewhere since. */
  const [typing, setTyping] = useState<{ readonly field: HTMLTextAreaElement; readonly caret: number }>()
  const [dismissed, setDismissed] = useState<number>()
  const choose = useRef<Choose>(undefined)
  const asked = typing && askedName(draft, typing.caret)
  const isAsking = asked && asked.from !== dismissed
  const choices = isAsking ? personChoices(members, asked.query).slice(0, MOST) : []
  const [first] = choices

  return (
    <>
      <textarea
        {...field}
        ref={ref}
        value={draft.text}
        onChange={({ target }) => {
          const next = changeDraft(draft, target.value)
          if (askedName(next, target.selectionStart)?.from !== dismissed) setDismissed(undefined)
          setTyping({ field: target, caret: target.selectionStart })
          onDraft(next)
        }}
        onSelect={({ currentTarget: { selectionStart, selectionEnd } }) => {
          if (selectionStart !== typing?.caret || selectionEnd !== selectionStart) setTyping(undefined)
        }}
        onBlur={() => setTyping(undefined)}
        onKeyDown={(event) => {
          const { key, ctrlKey, metaKey, altKey, shiftKey } = event
          const isPlain = !event.nativeEvent.isComposing && !ctrlKey && !metaKey && !altKey && !shiftKey
          if (!first || !isPlain || (key !== 'Escape' && !isMenuKey(key))) return onKeyDown?.(event)
          if (key === 'Escape') setDismissed(asked?.from)
          else choose.current?.(key)
          event.preventDefault()
          event.stopPropagation()
        }}
      />
      {typing && asked && first ? (
        <ChoiceRows
          key={asked.query}
          field={typing.field}
          className="people-menu"
          label={discussionWords.mention}
          choices={choices}
          choose={choose}
          onAnswer={({ mention }) => {
            const { draft: next, caret } = chooseName(draft, asked, mention)
            flushSync(() => {
              setTyping(undefined)
              onDraft(next)
            })
            typing.field.setSelectionRange(caret, caret)
          }}
        />
      ) : null}
    </>
  )
}
