import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright'
import { createSeededRandom } from '#bench/seeded-random'

/**
 * Milliseconds between two keystrokes, every twentieth of 18,548 real ones: the trace json-crdt-blog-post by Vadim
 * Dalecky (CC BY 4.0, github.com/josephg/editing-traces), without pauses of a second and more.
 */
const GAPS_MS = [30, 57, 72, 78, 85, 95, 105, 112, 119, 130, 141, 152, 166, 183, 202, 228, 265, 330, 450, 700]

/** Types so many letters the way people do. Round by round the gaps are the same on both sides. */
export async function typeLikePeople(page: Page, letters: number, round: number): Promise<void> {
  const random = createSeededRandom(round)
  let dueAt = performance.now()
  for (let i = 0; i < letters; i++) {
    await page.keyboard.press('etaoinshrdlu'.charAt(random(12)))
    dueAt = Math.max(dueAt + (GAPS_MS[random(GAPS_MS.length)] ?? 0), performance.now())
    await wait(dueAt - performance.now())
  }
}
