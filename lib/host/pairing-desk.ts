import { toHex } from '#lib/base/bytes'
import { hash } from '#lib/crypto/hash'
import type { Mailboxes } from '#lib/host/admission-desk'

/** What lies in a mailbox for a linking, or is to. */
export interface PairingWish {
  /** 32 bytes. */
  readonly mailboxKey: Uint8Array
  readonly card: Uint8Array
  readonly expiresAtSeconds: number
  /** With the number of the deposit that each answers, 0 for none. */
  readonly answers: readonly { readonly number: number; readonly bytes: Uint8Array }[]
}

export interface PairingDeposit {
  readonly number: number
  readonly bytes: Uint8Array
}

/**
 * The mailbox in which a tab links a device (V1). The tab says again and again all that it wants there, so that nothing is
 * lost when another tab takes the lead.
 */
export interface PairingDesk {
  /** Opens the mailbox, leaves the answers that are new, and tells every deposit that came so far. */
  attend(wish: PairingWish): readonly PairingDeposit[]
  leave(mailboxKey: Uint8Array): void
  close(): void
}

interface Attended {
  readonly deposits: Map<string, PairingDeposit>
  readonly answered: Set<string>
  readonly stop: () => void
}

export function createPairingDesk(mailboxes: Mailboxes): PairingDesk {
  const attended = new Map<string, Attended>()

  function open({ mailboxKey, card, expiresAtSeconds }: PairingWish): Attended {
    const deposits = new Map<string, PairingDeposit>()
    mailboxes.open({ key: mailboxKey, expiresAtSeconds, card })
    const stop = mailboxes.listen(mailboxKey, (bytes, number) => deposits.set(toHex(hash(bytes)), { number, bytes }))
    const opened = { deposits, answered: new Set<string>(), stop }
    attended.set(toHex(mailboxKey), opened)
    return opened
  }

  return {
    attend(wish) {
      const { deposits, answered } = attended.get(toHex(wish.mailboxKey)) ?? open(wish)
      for (const { number, bytes } of wish.answers) {
        const key = toHex(hash(bytes))
        if (answered.has(key)) continue
        answered.add(key)
        mailboxes.answer(wish.mailboxKey, bytes, number)
      }
      return [...deposits.values()]
    },
    leave(mailboxKey) {
      attended.get(toHex(mailboxKey))?.stop()
      attended.delete(toHex(mailboxKey))
    },
    close() {
      for (const { stop } of attended.values()) stop()
      attended.clear()
    },
  }
}
