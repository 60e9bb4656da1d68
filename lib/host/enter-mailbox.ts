import type { Clock } from '#lib/base/clock'
import type { Random } from '#lib/base/random'
import type { SigningKey } from '#lib/crypto/crypto'
import type { Places } from '#lib/host/places'
import { createMailboxClient, type MailboxClient } from '#lib/sync/mailbox-client'
import type { RelayState } from '#lib/sync/relay-connection'
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
    const sync = other === undefined ? own.sync : `${other.replace(/^http/, 'ws')}/sync`
    return createMailboxClient({ connect: () => openRelayLink(sync), origin, clock, random, ...options })
  }
