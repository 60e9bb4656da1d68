import type { RefObject } from 'react'
import { flushSync } from 'react-dom'
import type { Choose } from '#components/editor/choice-rows'
import { useEditorFacts } from '#components/editor/editor-facts'
import { EmojiMenu } from '#components/editor/emoji-menu'
import { type Mentionable, MentionMenu } from '#components/editor/mention-menu'
import { SlashMenu } from '#components/editor/slash-menu'
import type { Editor } from '#lib/editor/create-editor'
import type { MenuKey } from '#lib/editor/question'

/** Answers a key by the menu for what is typed at this moment, though it be drawn with the next frame only. */
export function chooseIn(editor: Editor, choose: RefObject<Choose | undefined>, key: MenuKey): boolean {
  flushSync(() => editor.tellFacts())
  return choose.current?.(key) ?? false
}

/** What answers a slash, an at sign or a colon that was typed. */
export function QuestionMenus({
  editor,
  mentionable,
  choose,
}: {
  editor: Editor
  mentionable: Mentionable
  choose: RefObject<Choose | undefined>
}) {
  const { question, focused, readOnly } = useEditorFacts(editor)
  if (!question || !focused || readOnly !== false) return null
  const shared = { editor, query: question.query, choose }
  switch (question.sign) {
    case '/':
      return <SlashMenu {...shared} />
    case '@':
      return <MentionMenu {...shared} mentionable={mentionable} />
    case ':':
      return <EmojiMenu {...shared} />
  }
}
