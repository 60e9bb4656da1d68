import { sameBytes, toHex } from '#lib/base/bytes'
import type { Cancel } from '#lib/base/clock'
import type { DeviceId } from '#lib/base/ids'
import type { Crypto } from '#lib/crypto/crypto'
import type { EnterMailbox } from '#lib/host/enter-mailbox'
import { createKitNews, type KitNews } from '#lib/host/kit-news'
import { readKit } from '#lib/host/kit-record'
import { createLinkMailboxes } from '#lib/host/link-mailboxes'
import { createLinkPost } from '#lib/host/link-post'
import { changeLink, type DeviceLink, placeIn, readLinks } from '#lib/host/link-record'
import { createPlaceOffers, type PlaceOffersOptions } from '#lib/host/place-offers'
import { createTakePlaces } from '#lib/host/take-places'
import type { Replica } from '#lib/replica/replica'
import type { Vault } from '#lib/vault/vault'
import type { LinkMessage } from '#lib/workspace/device-link'
import type { MembershipState } from '#lib/workspace/membership-state'

/** What this workspace's leader does for the linkings of its person (V6): offers and takes workspaces, tells of the kit. */
export interface OwnLinks {
  readonly kitNews: KitNews
  /** The log, the linkings or the kit may have changed. */
  attend(): void
  close(): void
}

export interface OwnLinksOptions extends Omit<PlaceOffersOptions, 'profile' | 'post' | 'device' | 'workspaceId'> {
  readonly replica: Pick<Replica, 'membership' | 'keys'>
  readonly device: DeviceId
  readonly vault: Vault
  readonly crypto: Crypto
  readonly enter: EnterMailbox
  onProfile(): Promise<void>
  onChange(): void
}

/** What could not be told, the relay being away or a mailbox full, is told later: then after twice as long each time. */
const FIRST_RETRY_MS = 60_000
const LAST_RETRY_MS = 3_600_000

export async function createOwnLinks(options: OwnLinksOptions): Promise<OwnLinks> {
  const { replica, vault, crypto, clock } = options
  const { workspaceId } = replica.keys
  const profile = vault.storage
  const post = createLinkPost(options)
  const places = createTakePlaces(options)
  const offers = createPlaceOffers({ ...options, workspaceId, profile, post })
  const kitNews = await createKitNews(profile, options.onChange)
  const mailboxes = createLinkMailboxes({ ...options, workspaceId, crypto, take })
  let isAttending = false
  let isDue = false
  let isClosed = false
  let stopWaiting: Cancel = () => {}
  let retryMs = FIRST_RETRY_MS

  async function take(link: DeviceLink, message: LinkMessage): Promise<boolean> {
    if (message.type === 'place') return places.take(link, message)
    const { kit } = message
    await changeLink(profile, link.secret, (now) => ({ ...now, toldKit: kit.exchangeKey }))
    const now = (await readLinks(profile)).find(({ secret }) => sameBytes(secret, link.secret))
    return kitNews.heard(kit, now?.name ?? '')
  }

  /** Who came by the linking learns from the log what the other one calls itself. */
  async function learnNames(links: readonly DeviceLink[], state: MembershipState): Promise<void> {
    for (const link of links) {
      const place = placeIn(link, workspaceId)
      const name = place && state.devices.get(toHex(place.device))?.name
      if (name && link.name === '') await changeLink(profile, link.secret, (now) => ({ ...now, name }))
    }
  }

  /** False where somebody could not be told. */
  async function tellOfKit(links: readonly DeviceLink[]): Promise<boolean> {
    const kit = (await readKit(profile))?.kit
    let isDone = true
    for (const link of links) {
      if (!kit || link.isOut || (link.toldKit && sameBytes(link.toldKit, kit.exchangeKey))) continue
      const isTold = await post(link, { type: 'kit', from: link.side, kit })
      if (isTold) await changeLink(profile, link.secret, (now) => ({ ...now, toldKit: kit.exchangeKey }))
      isDone &&= isTold
    }
    return isDone
  }

  async function attendNow(): Promise<void> {
    const state = replica.membership.current()
    const known = await readLinks(profile)
    if (known.length === 0 || !state) return
    await learnNames(known, state)
    const links = await readLinks(profile)
    await mailboxes.attend(links)
    const isOffered = await offers.attend(links, state)
    const isTold = await tellOfKit(links)
    stopWaiting()
    const isDone = isOffered && isTold
    if (!isDone && !isClosed) stopWaiting = clock.after(retryMs, attend)
    retryMs = isDone ? FIRST_RETRY_MS : Math.min(2 * retryMs, LAST_RETRY_MS)
  }

  async function attendWhileDue(): Promise<void> {
    while (isDue) {
      isDue = false
      await attendNow().catch(() => undefined)
    }
    isAttending = false
  }

  function attend(): void {
    isDue = true
    if (isAttending) return
    isAttending = true
    void attendWhileDue()
  }

  void places.resume()
  return {
    kitNews,
    attend,
    close() {
      isClosed = true
      stopWaiting()
      mailboxes.close()
      offers.close()
      places.close()
    },
  }
}
