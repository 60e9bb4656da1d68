import { type Meeting, startMeetings } from '#bench/meeting'
import { typeLikePeople } from '#bench/typing'
import { inTurns, quantile, type Workload } from '#bench/workload'

const ROUNDS = 7
const LETTERS = 60

/** In the page that writes: when each key went down, on the clock that pages of one machine share. */
function watchKeys(): void {
  const keys: number[] = []
  Object.assign(globalThis, { keys })
  addEventListener('keydown', (event) => keys.push(performance.timeOrigin + event.timeStamp), true)
}

/** In the page that reads: when each letter stood in the document on screen. */
function watchLetters(editor: string): void {
  const root = document.querySelector(editor)
  if (!root) throw new Error('There is no editor')
  const lettersNow = () => root.textContent?.match(/[a-z]/g)?.length ?? 0
  const letters: number[] = []
  const before = lettersNow()
  Object.assign(globalThis, { letters })
  new MutationObserver(() => {
    const now = performance.timeOrigin + performance.now()
    for (let count = lettersNow() - before; letters.length < count; ) letters.push(now)
  }).observe(root, { subtree: true, childList: true, characterData: true })
}

/** Milliseconds from each key to its letter. */
async function typeAndWatch({ writer, reader }: Meeting, round: number): Promise<readonly number[]> {
  const seen = (name: 'keys' | 'letters') => (name === 'keys' ? writer : reader).evaluate(`globalThis.${name}`)
  const before = ((await seen('keys')) as number[]).length
  await writer.bringToFront()
  await typeLikePeople(writer, LETTERS, round)
  await reader.waitForFunction(
    (wanted) => (globalThis as never as { letters: [] }).letters.length >= wanted,
    before + LETTERS,
  )
  const [keys, letters] = [(await seen('keys')) as number[], (await seen('letters')) as number[]]
  return keys.slice(before).map((pressed, i) => (letters[before + i] ?? Number.NaN) - pressed)
}

export const keystrokeDelay: Workload = {
  name: 'P1',
  title: 'keystroke to the other person’s DOM, two browsers over WebRTC',
  peer: 'y-webrtc',
  async run() {
    const meetings = await startMeetings()
    const delays = { ours: [] as (readonly number[])[], peer: [] as (readonly number[])[] }
    for (const { writer, reader, editor } of [meetings.ours, meetings.peer]) {
      await writer.evaluate(watchKeys)
      await reader.evaluate(watchLetters, editor)
    }
    const turn = (side: 'ours' | 'peer') => async (round: number) => {
      const measured = await typeAndWatch(meetings[side], round)
      if (round > 0) delays[side].push(measured)
    }
    await inTurns(ROUNDS + 1, turn('ours'), turn('peer'))
    await meetings.close()
    const pairs = (part: number) =>
      delays.ours.map((ours, i) => ({ ours: quantile(ours, part), peer: quantile(delays.peer[i] ?? [], part) }))
    const limit = 'an edit is committed before it is sent, signed and checked'
    return [
      { name: 'keystroke → remote DOM, p50', unit: 'ms', pairs: pairs(0.5), target: 1.1, limit },
      { name: 'keystroke → remote DOM, p95', unit: 'ms', pairs: pairs(0.95), target: 1.2, limit },
    ]
  },
}
