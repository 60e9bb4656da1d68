import { toHex } from '#lib/base/bytes'
import type { Random } from '#lib/base/random'
import { createSerial } from '#lib/base/serial'
import type { Crypto } from '#lib/crypto/crypto'
import type { EnterMailbox } from '#lib/host/enter-mailbox'
import { isIn, keepWorkspace } from '#lib/host/keep-workspace'
import { changeLink, type DeviceLink, withPlace } from '#lib/host/link-record'
import type { MailboxClient } from '#lib/sync/mailbox-client'
import type { DeviceKeys } from '#lib/vault/device-keys'
import type { PendingPlace } from '#lib/vault/pending-place'
import { withWorkspace } from '#lib/vault/profile'
import type { Vault } from '#lib/vault/vault'
import { requestDevice } from '#lib/workspace/add-device'
import { openAnswer } from '#lib/workspace/admission-answer'
import type { LinkSecret, OfferedPlace } from '#lib/workspace/device-link'
import { type PairingSecret, pairingKeys } from '#lib/workspace/pairing'
import { openPairing, sealPairing } from '#lib/workspace/pairing-message'

/** Takes up what the person's other browsers offer (V6): asks for a place with keys of its own until it has one. */
export interface TakePlaces {
  /** False where nothing could be written down. */
  take(link: DeviceLink, offered: OfferedPlace): Promise<boolean>
  /** Goes on asking where an earlier run stopped. */
  resume(): Promise<void>
  close(): void
}

export interface TakePlacesOptions {
  readonly vault: Vault
  readonly crypto: Crypto
  readonly random: Random
  readonly enter: EnterMailbox
  /** The profile has a workspace more. */
  onProfile(): Promise<void>
}

const keysOf = ({ device, exchange, relay }: PendingPlace): DeviceKeys => ({ device, exchange, relay })

export function createTakePlaces({ vault, crypto, random, enter, onProfile }: TakePlacesOptions): TakePlaces {
  const inTurn = createSerial()
  /** By workspace, in hex. */
  const asking = new Map<string, MailboxClient>()
  let isClosed = false

  async function ask(place: PendingPlace): Promise<void> {
    const key = toHex(place.workspaceId)
    if (isClosed || asking.has(key)) return
    const { mailboxKey, messageKey } = await pairingKeys(crypto, place.secret as PairingSecret)
    const onAnswer = (bytes: Uint8Array) => {
      const answer = openPairing(bytes, messageKey)
      if (answer?.type === 'answer' && answer.box) void inTurn(() => enterWorkspace(place, answer.box ?? bytes))
    }
    const mailbox = await enter({ mailboxKey, onState: () => {}, onAnswer })
    if (isClosed) return mailbox.close()
    asking.set(key, mailbox)
    const devices = [await requestDevice(place.workspaceId, place.person, place)]
    void mailbox.deposit(sealPairing({ type: 'request', total: 1, devices }, messageKey, random))
  }

  async function enterWorkspace(place: PendingPlace, box: Uint8Array): Promise<void> {
    const { workspaceId: id, name } = place
    const answer = await openAnswer(crypto, box, place.exchange, id)
    if (!answer.ok || !asking.has(toHex(id)) || !(await keepWorkspace(vault, id, keysOf(place), answer.value))) return
    const noted = await vault.updateProfile((before) => withWorkspace(before, { id, name }))
    if (!noted.ok) return
    await changeLink(vault.storage, place.link as LinkSecret, (link) =>
      withPlace(link, { workspaceId: id, device: place.offeredBy }),
    )
    await vault.clearPendingPlace(id)
    asking.get(toHex(id))?.close()
    asking.delete(toHex(id))
    await onProfile()
  }

  async function resume(): Promise<void> {
    const pending = await vault.pendingPlaces()
    for (const place of pending.ok ? pending.value : []) {
      if (await isIn(vault, place.workspaceId)) await vault.clearPendingPlace(place.workspaceId)
      else await ask(place)
    }
  }

  return {
    async take(link, { workspaceId, person, device, name, secret }) {
      if (await isIn(vault, workspaceId)) {
        return changeLink(vault.storage, link.secret, (now) => withPlace(now, { workspaceId, device }))
      }
      const keys = await vault.createDeviceKeys()
      const place = { ...keys, workspaceId, person, offeredBy: device, name, secret, link: link.secret }
      if (!(await vault.savePendingPlace(place)).ok) return false
      await resume()
      return true
    },
    resume,
    close() {
      isClosed = true
      for (const mailbox of asking.values()) mailbox.close()
      asking.clear()
    },
  }
}
