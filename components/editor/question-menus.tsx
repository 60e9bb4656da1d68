import type { RefObject } from 'react'
import type { Choose } from '#components/editor/choice-rows'
import { useEditorFacts } from '#components/editor/editor-facts'
import { EmojiMenu } from '#components/editor/emoji-menu'
import { type Mentionable, MentionMenu } from '#components/editor/mention-menu'
import { SlashMenu } from '#components/editor/slash-menu'
import type { Editor } from '#lib/editor/create-editor'

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
