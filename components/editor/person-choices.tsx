import type { Choice } from '#components/editor/choice-rows'
import { Face } from '#components/ui/face'
import type { Mention } from '#lib/schema/mention-node'
import type { PersonView } from '#lib/session/session-view'
import { beginsWords } from '#lib/words/editor-words'

/** Somebody who can be mentioned. */
export interface PersonChoice extends Choice {
  readonly mention: Mention
}

/** People who have a name, with words that begin with what was typed. */
export const personChoices = (people: readonly PersonView[], query: string): readonly PersonChoice[] =>
  people
    .filter(({ id, name }) => id !== '' && name !== '' && beginsWords(name, query))
    .map((person) => ({
      key: person.id,
      lead: <Face person={person} size="small" />,
      name: person.name,
      mention: { kind: 'person', id: person.id, name: person.name },
    }))
