import { expect } from '@playwright/test'
import { PATIENCE } from './patience'
import type { Person } from './person'

/** Numbered words: `units('a', 3, 5)` is "a3 a4 a5 ". Whatever happens, each is found exactly once afterwards. */
export function units(letter: string, first: number, last: number): string {
  let text = ''
  for (let number = first; number <= last; number++) text += `${letter}${number} `
  return text
}

/** How often each unit stands in a text. */
function tally(text: string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const [unit] of text.matchAll(/\b[a-z]\d+\b/g)) counts[unit] = (counts[unit] ?? 0) + 1
  return counts
}

/** Waits until the page on screen says `wanted`, whoever's caret stands in it. */
export async function expectText(person: Person, wanted: string): Promise<void> {
  await expect.poll(() => person.text(), { message: `${person.name} reads it`, intervals: [50, 100, 250] }).toBe(wanted)
}

/** Waits until the page on screen shows exactly these units, each once, and no other, also where the relay was away. */
export async function expectUnits(person: Person, ...wanted: readonly string[]): Promise<void> {
  await expect
    .poll(async () => tally(await person.text()), {
      message: `${person.name} reads every unit once`,
      timeout: PATIENCE.relayBack,
    })
    .toEqual(tally(wanted.join(' ')))
}

/** The same for everybody, and once more after a reload. */
export async function expectUnitsForAll(people: readonly Person[], ...wanted: readonly string[]): Promise<void> {
  for (const person of people) await expectUnits(person, ...wanted)
  for (const person of people) {
    await person.page.reload()
    await expectUnits(person, ...wanted)
  }
}
