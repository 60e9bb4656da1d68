import { sameBytes, toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { DeviceId, WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import type { Result } from '#lib/base/result'
import { createSerial } from '#lib/base/serial'
import type { Crypto } from '#lib/crypto/crypto'
import type { Mailboxes } from '#lib/host/admission-desk'
import type { AppendFailure } from '#lib/host/host-protocol'
import { EMPTY_CARD } from '#lib/host/link-mailboxes'
import type { LinkPost } from '#lib/host/link-post'
import { changeLink, type DeviceLink, placeIn, readLinks, withPlace } from '#lib/host/link-record'
import { readNote, writeNote } from '#lib/host/note'
import { bytesOf, listOf, record, yesOrNo } from '#lib/protocol/format'
import type { ProfileStorage, WorkspaceStore } from '#lib/storage/storage'
import { LINK_SECONDS, type LinkSecret } from '#lib/workspace/device-link'
import type { MembershipState } from '#lib/workspace/membership-state'
import { PAIRING_SECRET_BYTES, type PairingSecret, pairingKeys } from '#lib/workspace/pairing'
import { openPairing, type RequestedDevice, sealPairing } from '#lib/workspace/pairing-message'

/** Offers this workspace to the person's linked browsers that are not in it, and lets in whichever asks (V6). */
export interface PlaceOffers {
  /** At the start, and whenever the linkings may have changed. False: somebody could not be told yet. */
  attend(links: readonly DeviceLink[], state: MembershipState): Promise<boolean>
  close(): void
}

export interface PlaceOffersOptions {
  readonly workspaceId: WorkspaceId
  /** This one. */
  readonly device: DeviceId
  readonly store: WorkspaceStore
  readonly profile: ProfileStorage
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: Random
  readonly mailboxes: Mailboxes
  readonly post: LinkPost
  addDevice(device: RequestedDevice, name: string): Promise<Result<Uint8Array, AppendFailure>>
}

interface Offer {
  readonly link: LinkSecret
  readonly secret: PairingSecret
  /** The other browser can read of it. */
  readonly isTold: boolean
}

const KEY = 'place-offers'
const MOST = 64
const NOTHING = new Uint8Array(0)
const offersFormat = listOf<Offer>(
  record({ link: bytesOf(32), secret: bytesOf(PAIRING_SECRET_BYTES), isTold: yesOrNo }),
  MOST,
)

export function createPlaceOffers(options: PlaceOffersOptions): PlaceOffers {
  const { workspaceId, device, store, profile, crypto, clock, random, mailboxes, post, addDevice } = options
  const inTurn = createSerial()
  /** By the secret of the linking, in hex. */
  const attended = new Map<string, () => void>()

  const readOffers = async (): Promise<readonly Offer[]> => (await readNote(store, KEY, offersFormat)) ?? []

  async function keepOffer(offer: Offer): Promise<boolean> {
    const others = (await readOffers()).filter(({ link }) => !sameBytes(link, offer.link))
    return (await writeNote(store, KEY, offersFormat, [...others, offer].slice(-MOST))).ok
  }

  /** False where the other one could not be told. */
  async function offer(link: DeviceLink, state: MembershipState): Promise<boolean> {
    const person = state.devices.get(toHex(device))?.person
    const known = (await readOffers()).find((one) => sameBytes(one.link, link.secret))
    const fresh = { link: link.secret, secret: random.bytes(PAIRING_SECRET_BYTES) as PairingSecret, isTold: false }
    const made = known ?? fresh
    if (!person || (!known && !(await keepOffer(made)))) return false
    if (!attended.has(toHex(link.secret))) await listen(link, made)
    if (made.isTold) return true
    const { name } = state
    const place = { workspaceId, person, device, name, secret: made.secret }
    if (!(await post(link, { type: 'place', from: link.side, ...place }, workspaceId))) return false
    return keepOffer({ ...made, isTold: true })
  }

  async function listen(link: DeviceLink, { secret }: Offer): Promise<void> {
    const { mailboxKey, messageKey } = await pairingKeys(crypto, secret)
    const key = mailboxKey.publicKey
    mailboxes.open({ key, expiresAtSeconds: Math.floor(clock.now() / 1000) + LINK_SECONDS, card: EMPTY_CARD })
    const stop = mailboxes.listen(key, (bytes, number) => {
      void inTurn(async () => {
        const request = openPairing(bytes, messageKey)
        const asked =
          request?.type === 'request'
            ? request.devices.find((one) => sameBytes(one.workspaceId, workspaceId))
            : undefined
        if (!asked) return mailboxes.answer(key, NOTHING, number)
        const now = await good(link)
        const added = now && (await addDevice(asked, now.name))
        if (!added?.ok) return
        await changeLink(profile, link.secret, (kept) => withPlace(kept, { workspaceId, device: asked.keys.device }))
        mailboxes.answer(
          key,
          sealPairing({ type: 'answer', workspaceId, box: added.value }, messageKey, random),
          number,
        )
      })
    })
    attended.set(toHex(link.secret), stop)
  }

  /** As it stands now, unless the other one is out. */
  const good = async ({ secret }: DeviceLink): Promise<DeviceLink | undefined> =>
    (await readLinks(profile)).find((link) => !link.isOut && sameBytes(link.secret, secret))

  function leave(link: DeviceLink): void {
    attended.get(toHex(link.secret))?.()
    attended.delete(toHex(link.secret))
  }

  return {
    async attend(links, state) {
      if (!state.devices.get(toHex(device))?.active) return true
      let isDone = true
      for (const link of links) {
        const place = placeIn(link, workspaceId)
        const isRevoked = place !== undefined && state.devices.get(toHex(place.device))?.active === false
        if (isRevoked && !link.isOut) await changeLink(profile, link.secret, (now) => ({ ...now, isOut: true }))
        if (link.isOut || isRevoked) leave(link)
        else if (!place) isDone = (await offer(link, state)) && isDone
      }
      return isDone
    },
    close() {
      for (const stop of attended.values()) stop()
      attended.clear()
    },
  }
}
