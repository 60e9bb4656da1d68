import type { RefObject } from 'react'
import { ChoiceList } from '#components/editor/choice-list'
import type { Choose } from '#components/editor/choice-rows'
import { blockTools } from '#components/editor/tools'
import type { Editor } from '#lib/editor/create-editor'
import { answerQuestion } from '#lib/editor/question'
import { distance, editorWords, isMeant, toolWords } from '#lib/words/editor-words'

/** The blocks that a slash asks for. */
export function SlashMenu({
  editor,
  query,
  choose,
}: {
  editor: Editor
  query: string
  choose: RefObject<Choose | undefined>
}) {
  const choices = blockTools
    .filter((tool) => isMeant(tool.name, query))
    .sort((one, other) => distance(one.name, query) - distance(other.name, query))
    .map((tool) => {
      const { name, typed } = toolWords(tool.name)
      return { key: tool.name, lead: <tool.icon size={16} />, name, hint: typed, command: tool.begin ?? tool.command }
    })
  if (choices.length === 0) return null
  return (
    <ChoiceList
      key={query}
      editor={editor}
      label={editorWords.blocks}
      choices={choices}
      choose={choose}
      onAnswer={({ command }) => editor.run(answerQuestion(command))}
    />
  )
}
