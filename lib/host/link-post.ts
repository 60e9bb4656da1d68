import type { Clock } from '#lib/base/clock'
import type { WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import type { EnterMailbox } from '#lib/host/enter-mailbox'
import { type DeviceLink, placeIn } from '#lib/host/link-record'
import type { RelayState } from '#lib/sync/relay-connection'
import { type LinkMessage, linkMailboxKey, sealLinkMessage } from '#lib/workspace/device-link'

export interface LinkPostOptions {
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: Random
  readonly enter: EnterMailbox
}

/**
 * Leaves a message for the other browser of a linking, in every workspace that both are in but `except`: which of them it
 * opens next nobody knows. False where no mailbox took it.
 */
export type LinkPost = (link: DeviceLink, message: LinkMessage, except?: WorkspaceId) => Promise<boolean>

const PATIENCE_MS = 20_000

export function createLinkPost({ crypto, clock, random, enter }: LinkPostOptions): LinkPost {
  async function leave(mailboxKey: SigningKey, sealed: Uint8Array): Promise<boolean> {
    let giveUp: () => void = () => {}
    const tooLate = new Promise<false>((resolve) => {
      giveUp = () => resolve(false)
    })
    const stop = clock.after(PATIENCE_MS, giveUp)
    const onState = (state: RelayState) => state === 'refused' && giveUp()
    const mailbox = await enter({ mailboxKey, onState, onAnswer: () => {} })
    const left = await Promise.race([mailbox.deposit(sealed).then(({ ok }) => ok), tooLate])
    stop()
    mailbox.close()
    return left
  }

  return async (link, message, except) => {
    const hidden = except && placeIn(link, except)
    const places = link.places.filter((place) => place !== hidden)
    const left = await Promise.all(
      places.map(async ({ workspaceId }) =>
        leave(await linkMailboxKey(crypto, link.secret, workspaceId), sealLinkMessage(message, link.secret, random)),
      ),
    )
    return left.includes(true)
  }
}
