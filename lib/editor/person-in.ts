/** Longer names are cut beside a caret. */
const MAX_NAME_LENGTH = 60

/** Name and colour that an awareness state says; any value is safe. */
export const personIn = ({ user }: { readonly user?: unknown }): { readonly name: string; readonly colour: number } => {
  const { name, colour } = (typeof user === 'object' && user !== null ? user : {}) as Record<string, unknown>
  return { name: nameFrom(name), colour: colourFrom(colour) }
}

const nameFrom = (value: unknown): string =>
  typeof value === 'string' ? value.replace(/\s+/g, ' ').trim().slice(0, MAX_NAME_LENGTH) : ''

const colourFrom = (value: unknown): number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 12 ? value : 12
