/**
 * Says where this device's tabs are (R7): at once, then at most four times a second with the last word never lost, and
 * again before the others would forget it, which whoever has a direct link does not.
 */

import type { Cancel, Clock } from '#lib/base/clock'
import type { ChannelTag, DeviceId } from '#lib/base/ids'
import { PRESENCE_EXPIRY_MS } from '#lib/presence/presence-room'
import type { Presence } from '#lib/protocol/presence'

export interface PresenceSender {
  /** A tab looks at a channel, with its cursor if it has one; without a channel it left. */
  show(tab: number, channel: ChannelTag | undefined, cursor: Uint8Array | undefined): void
  /** Somebody new is there: every tab is told again. */
  greet(): void
  /** Says nothing any more. */
  close(): void
}

/** Words of one tab are at least this far apart. */
const EVERY_MS = 250
const REPEAT_MS = PRESENCE_EXPIRY_MS / 3
/** So many words in a row that say nothing new: only the last of them is for direct links, too. */
const REPEATS_FOR_DIRECT = 6

interface Tab {
  channel: ChannelTag | undefined
  cursor: Uint8Array | undefined
  saidAt: number
  repeats: number
  planned: Cancel | undefined
}

/**
 * `say` is called with words whose counters rise, over restarts too as long as the clock does; `isKnown` where whoever has a direct
 * link was told so lately.
 */
export function createPresenceSender(options: {
  readonly clock: Clock
  readonly device: DeviceId
  readonly say: (presence: Presence, isKnown: boolean) => void
}): PresenceSender {
  const { clock, device, say } = options
  const tabs = new Map<number, Tab>()
  let counter = 0

  const speak = (number: number, tab: Tab, isRepeat: boolean) => {
    tab.planned?.()
    tab.repeats = isRepeat ? (tab.repeats + 1) % REPEATS_FOR_DIRECT : 0
    tab.planned = undefined
    tab.saidAt = clock.now()
    counter = Math.max(counter + 1, clock.now())
    const { channel, cursor } = tab
    const word = { device, counter, tab: number, ...(channel && { channel }), ...(channel && cursor && { cursor }) }
    say(word, tab.repeats > 0)
    if (channel) plan(number, tab, REPEAT_MS, true)
    else tabs.delete(number)
  }

  const plan = (number: number, tab: Tab, delayMs: number, isRepeat: boolean) => {
    tab.planned?.()
    tab.planned = clock.after(delayMs, () => speak(number, tab, isRepeat))
  }

  const speakSoon = (number: number, tab: Tab) => {
    const waitMs = tab.saidAt + EVERY_MS - clock.now()
    if (waitMs <= 0) speak(number, tab, false)
    else plan(number, tab, waitMs, false)
  }

  return {
    show(number, channel, cursor) {
      const known = tabs.get(number)
      if (!known && !channel) return
      const tab = known ?? { channel, cursor, saidAt: Number.NEGATIVE_INFINITY, repeats: 0, planned: undefined }
      tabs.set(number, Object.assign(tab, { channel, cursor }))
      speakSoon(number, tab)
    },
    greet() {
      for (const [number, tab] of tabs) speakSoon(number, tab)
    },
    close() {
      for (const { planned } of tabs.values()) planned?.()
      tabs.clear()
    },
  }
}
