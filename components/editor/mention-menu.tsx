import { CalendarDays, FileText } from 'lucide-react'
import type { RefObject } from 'react'
import { ChoiceList } from '#components/editor/choice-list'
import type { Choose } from '#components/editor/choice-rows'
import { personChoices } from '#components/editor/person-choices'
import type { Editor } from '#lib/editor/create-editor'
import { dateValue, dayFrom } from '#lib/editor/dates'
import { insertDate, insertMention } from '#lib/editor/mentions'
import { answerQuestion } from '#lib/editor/question'
import type { PageView, PersonView } from '#lib/session/session-view'
import { beginsWords, dateWords, editorWords } from '#lib/words/editor-words'

/** Who and what can be mentioned on a page. */
export interface Mentionable {
  readonly pages: readonly PageView[]
  readonly people: readonly PersonView[]
}

const MOST = 12

const DAYS = [
  { name: editorWords.today, offset: 0 },
  { name: editorWords.tomorrow, offset: 1 },
  { name: editorWords.yesterday, offset: -1 },
]

/** People who have a name, then pages, with words that begin with what was typed; and days, by name or as `2026-11-26`. */
function choicesFor({ pages, people }: Mentionable, query: string) {
  const day = (name: string, value: string) => ({
    key: name,
    lead: <CalendarDays size={16} />,
    name,
    hint: dateWords(value),
    command: insertDate(value),
  })
  const typed = dateValue(query.trim())
  const days = [
    ...DAYS.filter(({ name }) => query !== '' && beginsWords(name, query)).map(({ name, offset }) =>
      day(name, dayFrom(new Date(), offset)),
    ),
    ...(typed ? [day(editorWords.date, typed)] : []),
  ]
  const meant = <One extends { readonly name: string }>(one: One) => beginsWords(one.name, query)
  const persons = personChoices(people, query).map(({ mention, ...choice }) => ({
    ...choice,
    command: insertMention(mention),
  }))
  const titles = pages.map(({ id, title }) => ({
    key: id,
    lead: <FileText size={16} />,
    name: title || editorWords.untitled,
    command: insertMention({ kind: 'page', id, name: title }),
  }))
  return [...persons, ...titles.filter(meant), ...days].slice(0, MOST)
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
      onAnswer={({ command }) => editor.run(answerQuestion(command))}
    />
  )
}
