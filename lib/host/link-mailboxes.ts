import { toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { WorkspaceId } from '#lib/base/ids'
import { createSerial } from '#lib/base/serial'
import type { Crypto } from '#lib/crypto/crypto'
import type { Mailboxes } from '#lib/host/admission-desk'
import { type DeviceLink, placeIn } from '#lib/host/link-record'
import { LINK_SECONDS, type LinkMessage, linkMailboxKey, openLinkMessage } from '#lib/workspace/device-link'

/** Where this workspace's leader hears what the person's other browsers have to tell (V6). */
export interface LinkMailboxes {
  /** Opens and listens at one for each of these linkings that is good and has a place here; leaves the others. */
  attend(links: readonly DeviceLink[]): Promise<void>
  close(): void
}

export interface LinkMailboxesOptions {
  readonly workspaceId: WorkspaceId
  readonly crypto: Crypto
  readonly clock: Clock
  readonly mailboxes: Mailboxes
  /** False where nothing could be written down: the message stays at the relay. */
  take(link: DeviceLink, message: LinkMessage): Promise<boolean>
}

/** There is nothing to read on such a mailbox. */
export const EMPTY_CARD = Uint8Array.of(1)
const NOTHING = new Uint8Array(0)

export function createLinkMailboxes(options: LinkMailboxesOptions): LinkMailboxes {
  const { workspaceId, crypto, clock, mailboxes, take } = options
  const inTurn = createSerial()
  /** By the secret of the linking, in hex. */
  const attended = new Map<string, () => void>()

  async function listen(link: DeviceLink): Promise<void> {
    const { publicKey: key } = await linkMailboxKey(crypto, link.secret, workspaceId)
    mailboxes.open({ key, expiresAtSeconds: Math.floor(clock.now() / 1000) + LINK_SECONDS, card: EMPTY_CARD })
    const stop = mailboxes.listen(key, (bytes, number) => {
      void inTurn(async () => {
        const message = openLinkMessage(bytes, link.secret)
        if (message?.from === link.side) return
        if (!message || (await take(link, message))) mailboxes.answer(key, NOTHING, number)
      })
    })
    attended.set(toHex(link.secret), stop)
  }

  return {
    async attend(links) {
      const good = links.filter((link) => !link.isOut && placeIn(link, workspaceId))
      const wanted = new Set(good.map(({ secret }) => toHex(secret)))
      for (const [secret, stop] of attended) {
        if (wanted.has(secret)) continue
        stop()
        attended.delete(secret)
      }
      for (const link of good) if (!attended.has(toHex(link.secret))) await listen(link)
    },
    close() {
      for (const stop of attended.values()) stop()
      attended.clear()
    },
  }
}
