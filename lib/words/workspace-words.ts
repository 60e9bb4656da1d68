/** What a workspace without a name is called. */
export const workspaceName = (name: string): string => name || 'My workspace'

/**
 * What tells workspaces of one name apart in a list: all but the first of them carry a number from 2 on, with which none has the
 * name of another.
 */
export function workspaceNumbers(names: readonly string[]): readonly (number | undefined)[] {
  const called = names.map(workspaceName)
  const taken = new Set(called)
  return called.map((name, place) => {
    if (called.indexOf(name) === place) return undefined
    let number = 2
    while (taken.has(`${name} ${number}`)) number++
    taken.add(`${name} ${number}`)
    return number
  })
}
