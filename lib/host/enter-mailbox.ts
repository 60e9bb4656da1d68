import type { Clock } from '#lib/base/clock'
import type { Random } from '#lib/base/random'
import type { SigningKey } from '#lib/crypto/crypto'
import { type Places, syncAddress } from '#lib/host/places'
import { createMailboxClient, type MailboxClient } from '#lib/sync/mailbox-client'
import type { RelayState } from '#lib/sync/relay-connection'
import { onWake } from '#lib/transport/page-life'
import { openRelayLink } from '#lib/transport/relay'

/** For whoever holds a mailbox's key, at the relay of this page unless another is named. */
export type EnterMailbox = (options: {
  readonly mailboxKey: SigningKey
  readonly origin?: string | undefined
  onState(state: RelayState): void
  onAnswer(bytes: Uint8Array): void
}) => Promise<MailboxClient>

export const createEnterMailbox =
  (places: () => Promise<Places>, clock: Clock, random: Random): EnterMailbox =>
  async ({ origin: other, ...options }) => {
    const own = await places()
    const origin = other ?? own.origin
    return createMailboxClient({
      connect: () => openRelayLink(syncAddress(origin, own)),
      onWake,
      origin,
      clock,
      random,
      ...options,
    })
  }
