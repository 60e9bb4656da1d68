import type { Mailboxes } from '#lib/host/admission-desk'
import type { RelayClient } from '#lib/sync/relay-client'

/**
 * The mailboxes of all relays as one: whatever was opened and listened at is so at relays that come later, too. Each relay
 * counts its deposits by itself, so a number told here says which relay it is of.
 */
export interface MailboxRoad extends Mailboxes {
  relaysChanged(): void
}

type Relay = Pick<RelayClient, 'mailboxes'>
type Wish = (relay: Relay) => (() => void) | undefined

/** More than a log may name. */
const RELAYS = 64

export function createMailboxRoad(relays: () => readonly Relay[]): MailboxRoad {
  const wishes = new Map<Wish, Map<Relay, (() => void) | undefined>>()
  const places = new Map<Relay, number>()

  function placeOf(relay: Relay): number {
    const taken = new Set(places.values())
    const place = places.get(relay) ?? [...Array(RELAYS).keys()].find((one) => !taken.has(one)) ?? RELAYS - 1
    places.set(relay, place)
    return place
  }

  const ask = (wish: Wish): (() => void) => {
    wishes.set(wish, new Map(relays().map((relay) => [relay, wish(relay)])))
    return () => {
      for (const stop of wishes.get(wish)?.values() ?? []) stop?.()
      wishes.delete(wish)
    }
  }

  return {
    open(mailbox) {
      ask((relay) => {
        relay.mailboxes.open(mailbox)
        return undefined
      })
    },
    listen: (mailboxKey, onDeposit, onAnswered) =>
      ask((relay) => {
        const place = placeOf(relay)
        const told = (number: number): number => number * RELAYS + place
        return relay.mailboxes.listen(
          mailboxKey,
          (bytes, number) => onDeposit(bytes, told(number)),
          (number) => onAnswered?.(told(number)),
        )
      }),
    answer(mailboxKey, bytes, number = 0) {
      for (const relay of relays()) {
        const isOfDeposit = number > 0 && number % RELAYS === placeOf(relay)
        relay.mailboxes.answer(mailboxKey, bytes, isOfDeposit ? Math.floor(number / RELAYS) : undefined)
      }
    },
    relaysChanged() {
      const now = new Set(relays())
      for (const relay of places.keys()) if (!now.has(relay)) places.delete(relay)
      for (const [wish, asked] of wishes) {
        for (const relay of asked.keys()) if (!now.has(relay)) asked.delete(relay)
        for (const relay of now) if (!asked.has(relay)) asked.set(relay, wish(relay))
      }
    },
  }
}
