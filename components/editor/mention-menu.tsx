import { FileText } from 'lucide-react'
import type { RefObject } from 'react'
import { ChoiceList, type Choose } from '#components/editor/choice-list'
import { Face } from '#components/ui/face'
import type { Editor } from '#lib/editor/create-editor'
import { insertMention } from '#lib/editor/mentions'
import { answerQuestion } from '#lib/editor/question'
import type { PageView, PersonView } from '#lib/session/session-view'
import { beginsWords, editorWords } from '#lib/words/editor-words'
import { nameOf } from '#lib/words/pill-words'

/** Who and what can be mentioned on a page. */
export interface Mentionable {
  readonly pages: readonly PageView[]
  readonly people: readonly PersonView[]
}

const MOST = 12

/** People, then pages, whose names have words that begin with what was typed. */
function choicesFor({ pages, people }: Mentionable, query: string) {
  const meant = <One extends { readonly name: string }>(one: One) => beginsWords(one.name, query)
  const persons = people
    .filter(({ id }) => id !== '')
    .map((person) => ({
      key: person.id,
      lead: <Face person={person} size="small" />,
      name: nameOf(person),
      mention: { kind: 'person' as const, id: person.id, name: person.name },
    }))
  const titles = pages.map(({ id, title }) => ({
    key: id,
    lead: <FileText size={16} />,
    name: title || editorWords.untitled,
    mention: { kind: 'page' as const, id, name: title },
  }))
  return [...persons.filter(meant), ...titles.filter(meant)].slice(0, MOST)
}

/** Who and what an at sign asks for. */
export function MentionMenu({
  editor,
  query,
  mentionable,
  choose,
}: {
  editor: Editor
  query: string
  mentionable: Mentionable
  choose: RefObject<Choose | undefined>
}) {
  const choices = choicesFor(mentionable, query)
  if (choices.length === 0) return null
  return (
    <ChoiceList
      key={query}
      editor={editor}
      label={editorWords.mentions}
      choices={choices}
      choose={choose}
      onAnswer={({ mention }) => editor.run(answerQuestion(insertMention(mention)))}
    />
  )
}
