import { sameBytes, toHex } from '#lib/base/bytes'
import { readKit } from '#lib/host/kit-record'
import { readNote } from '#lib/host/note'
import type { StandingFact } from '#lib/host/notice-board'
import { encodeWith, record } from '#lib/protocol/format'
import type { ProfileStorage } from '#lib/storage/storage'
import { type KitPublic, kitPublicFormat } from '#lib/workspace/kit'
import { nameFormat } from '#lib/workspace/name'

/**
 * A recovery kit that a linked browser made (V6). It is used here only when the person says so: whoever chooses the kit is
 * given the roots of this browser's workspaces, and a browser that can be revoked must not get them by itself.
 */
export interface KitNews {
  facts(): readonly StandingFact[]
  /** False where it cannot be written down. */
  heard(kit: KitPublic, from: string): Promise<boolean>
  /** A notice was put away, by its id. */
  dismissed(noticeId: string): Promise<void>
  /** Another tab, or this one, took it. */
  look(): Promise<void>
}

interface OfferedKit {
  readonly kit: KitPublic
  /** What the browser that made it calls itself. */
  readonly from: string
}

const KEY = 'offered-kit'
const offeredFormat = record<OfferedKit>({ kit: kitPublicFormat, from: nameFormat })

/** The kit that waits for the person's word; undefined where none does. */
export const readOfferedKit = (profile: ProfileStorage): Promise<OfferedKit | undefined> =>
  readNote(profile, KEY, offeredFormat)

export const forgetOfferedKit = async (profile: ProfileStorage): Promise<boolean> =>
  (await profile.putRecord(KEY, undefined)).ok

export async function createKitNews(profile: ProfileStorage, onChange: () => void): Promise<KitNews> {
  let offered = await readOfferedKit(profile)
  const idOf = ({ kit }: OfferedKit) => toHex(kit.exchangeKey)

  async function look(): Promise<void> {
    offered = await readOfferedKit(profile)
    onChange()
  }

  return {
    look,
    facts: () => (offered ? [{ type: 'kit-elsewhere', key: idOf(offered), who: offered.from }] : []),
    async heard(kit, from) {
      const own = (await readKit(profile))?.kit
      if (own && sameBytes(own.exchangeKey, kit.exchangeKey)) return true
      const written = await profile.putRecord(KEY, encodeWith(offeredFormat, { kit, from }))
      await look()
      return written.ok
    },
    async dismissed(noticeId) {
      if (!offered || noticeId !== `kit-elsewhere/${idOf(offered)}`) return
      await forgetOfferedKit(profile)
      await look()
    },
  }
}
