import { type Meeting, startMeetings } from '#bench/meeting'
import { typeLikePeople } from '#bench/typing'
import { inTurns, type Measure, quantile, type Workload } from '#bench/workload'

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
    const sides = ['ours', 'peer', 'keeping'] as const
    type Side = (typeof sides)[number]
    const delays: Record<Side, (readonly number[])[]> = { ours: [], peer: [], keeping: [] }
    for (const side of sides) {
      const { writer, reader, editor } = meetings[side]
      await writer.evaluate(watchKeys)
      await reader.evaluate(watchLetters, editor)
    }
    const turn = (side: Side) => async (round: number) => {
      const measured = await typeAndWatch(meetings[side], round)
      if (round > 0) delays[side].push(measured)
    }
    await inTurns(ROUNDS + 1, ...sides.map(turn))
    await meetings.close()
    const measure = (part: number, beside: Side, name: string, limit: string): Measure => ({
      name: `keystroke → remote DOM, p${part * 100}${name}`,
      unit: 'ms',
      pairs: delays.ours.map((ours, i) => ({
        ours: quantile(ours, part),
        peer: quantile(delays[beside][i] ?? [], part),
      })),
      target: part === 0.5 ? 1.1 : 1.2,
      limit,
    })
    const kept = ', beside a peer that keeps an edit before it sends it'
    return [
      ...[0.5, 0.95].map((part) => measure(part, 'peer', '', 'an edit is on the disk before it is sent (E12)')),
      ...[0.5, 0.95].map((part) => measure(part, 'keeping', kept, 'signed, sealed twice, checked, and more rows')),
    ]
  },
}
