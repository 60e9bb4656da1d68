import type { Awareness } from 'y-protocols/awareness'
import { personIn } from '#lib/editor/person-in'

/** Somebody whose caret is on the page. */
export interface Followable {
  readonly client: number
  readonly name: string
  /** 1–12: the class person-N. */
  readonly colour: number
}

/** Everybody whose caret stands on this page, each person once, in the order in which they came. */
export function followables(awareness: Awareness): readonly Followable[] {
  const found: Followable[] = []
  const known = new Set<string>()
  for (const [client, state] of awareness.getStates()) {
    if (client === awareness.clientID || !state?.cursor) continue
    const { name, colour } = personIn(state)
    if (name !== '' && !known.has(`${colour} ${name}`)) found.push({ client, name, colour })
    known.add(`${colour} ${name}`)
  }
  return found
}

/** Which of them a member of the workspace is: presence says name and colour as the log has them. */
export const followableOf = (
  found: readonly Followable[],
  person: { readonly name: string; readonly colour: number },
): Followable | undefined => {
  const { name, colour } = personIn({ user: person })
  return found.find((one) => one.name === name && one.colour === colour)
}
