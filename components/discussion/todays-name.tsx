import { useMemo } from 'react'
import { useWorkspace } from '#components/session/session-context'

/** What a person is called now, who left too; `undefined` for whom nobody here knows. */
export function useTodaysName(): (person: string) => string | undefined {
  const { members, people } = useWorkspace('members', 'people')
  return useMemo(() => {
    const names = new Map([...people.former, ...members].map(({ id, name }) => [id, name]))
    return (person) => names.get(person)
  }, [members, people])
}
