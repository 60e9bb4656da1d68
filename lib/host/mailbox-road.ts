import type { Mailboxes } from '#lib/host/admission-desk'
import type { RelayClient } from '#lib/sync/relay-client'

/** The mailboxes of all relays as one: whatever was asked is asked of relays that come later, too. */
export interface MailboxRoad extends Mailboxes {
  relaysChanged(): void
}

type Wish = (relay: RelayClient) => (() => void) | void

export function createMailboxRoad(relays: () => readonly RelayClient[]): MailboxRoad {
  const wishes = new Map<Wish, Map<RelayClient, (() => void) | void>>()
  const ask = (wish: Wish): (() => void) => {
    wishes.set(wish, new Map(relays().map((relay) => [relay, wish(relay)])))
    return () => {
      for (const stop of wishes.get(wish)?.values() ?? []) stop?.()
      wishes.delete(wish)
    }
  }
  return {
    open: (mailbox) => void ask((relay) => relay.mailboxes.open(mailbox)),
    listen: (mailboxKey, onDeposit) => ask((relay) => relay.mailboxes.listen(mailboxKey, onDeposit)),
    answer: (mailboxKey, bytes, number) => void ask((relay) => relay.mailboxes.answer(mailboxKey, bytes, number)),
    relaysChanged() {
      for (const [wish, asked] of wishes) {
        for (const relay of relays()) if (!asked.has(relay)) asked.set(relay, wish(relay))
      }
    },
  }
}
