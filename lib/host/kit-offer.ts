import type { Cancel, Clock } from '#lib/base/clock'
import type { KitStanding } from '#lib/host/kit-keeper'
import type { StandingFact } from '#lib/host/notice-board'
import type { ProfileStorage } from '#lib/storage/storage'

/** Offers a recovery kit to whoever has worked for a while without one (V2): never at the door, and once. */
export interface KitOffer {
  facts(kit: KitStanding): readonly StandingFact[]
  /** A notice was put away, by its id. */
  dismissed(noticeId: string): Promise<void>
  close(): void
}

export interface KitOfferOptions {
  readonly profile: ProfileStorage
  readonly clock: Clock
  onChange(): void
}

const KEY = 'kit-offer'
const DECLINED = Uint8Array.of(1)
const AFTER_MS = 5 * 60_000

export async function openKitOffer({ profile, clock, onChange }: KitOfferOptions): Promise<KitOffer> {
  const kept = await profile.record(KEY)
  let isDeclined = !kept.ok || kept.value !== undefined
  let isDue = false
  const stop: Cancel = clock.after(AFTER_MS, () => {
    isDue = true
    onChange()
  })
  return {
    facts: (kit) => (isDue && !isDeclined && kit === 'none' ? [{ type: 'kit-offered', key: '' }] : []),
    async dismissed(noticeId) {
      if (noticeId !== 'kit-offered/') return
      isDeclined = true
      await profile.putRecord(KEY, DECLINED)
    },
    close: stop,
  }
}
