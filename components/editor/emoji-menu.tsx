import { type RefObject, useEffect, useState } from 'react'
import { ChoiceList } from '#components/editor/choice-list'
import type { Choose } from '#components/editor/choice-rows'
import { insertText } from '#lib/editor/commands'
import type { Editor } from '#lib/editor/create-editor'
import { answerQuestion } from '#lib/editor/question'
import { editorWords } from '#lib/words/editor-words'

/** Letters before anything is looked for: a smiley of signs is left as it is typed. */
const LEAST_LETTERS = 2

type EmojiList = typeof import('#lib/editor/emoji')

/** The emoji that a colon asks for; a second colon takes the one of that very name. */
export function EmojiMenu({
  editor,
  query,
  choose,
}: {
  editor: Editor
  query: string
  choose: RefObject<Choose | undefined>
}) {
  const [list, setList] = useState<EmojiList>()
  useEffect(() => {
    let isGone = false
    void import('#lib/editor/emoji').then(
      (found) => !isGone && setList(found),
      () => undefined, // reason: offline and never fetched: what was typed stays words
    )
    return () => {
      isGone = true
    }
  }, [])
  const named = query.endsWith(':') ? list?.emojiNamed(query.slice(0, -1)) : undefined
  useEffect(() => {
    if (named !== undefined) editor.run(answerQuestion(insertText(named)))
  }, [editor, named])

  const choices = query.length < LEAST_LETTERS || query.endsWith(':') ? [] : (list?.findEmoji(query) ?? [])
  if (choices.length === 0) return null
  return (
    <ChoiceList
      key={query}
      editor={editor}
      label={editorWords.emoji}
      choices={choices.map(({ sign, name }) => ({ key: name, lead: sign, name: name.replaceAll('_', ' '), sign }))}
      choose={choose}
      onAnswer={({ sign }) => editor.run(answerQuestion(insertText(sign)))}
    />
  )
}
