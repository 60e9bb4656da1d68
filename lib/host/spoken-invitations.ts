import { sameBytes, toHex } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import type { Crypto } from '#lib/crypto/crypto'
import type { Mailboxes } from '#lib/host/admission-desk'
import { readNote, writeNote } from '#lib/host/note'
import { bytesOf, listOf, record, sizedBytes, unsigned } from '#lib/protocol/format'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { Invite } from '#lib/workspace/membership-state'
import type { Stretch } from '#lib/workspace/stretch'

/** Links that somebody says aloud (I7): the words go to the screen, what they open lies sealed in a mailbox of its own. */
export interface SpokenInvitations {
  /** Six fresh words for a link's fragment. They are kept nowhere. */
  speak(invite: Invite, fragment: string): Promise<readonly string[]>
  /** Opens the mailboxes of earlier words again, and ends those of links that were taken back. */
  attend(invites: ReadonlyMap<string, Invite>): void
}

interface Spoken {
  readonly invite: EntryId
  /** Ed25519 public key of the words' mailbox. */
  readonly key: Uint8Array
  readonly card: Uint8Array
  readonly expiresAtSeconds: number
}

const KEY = 'spoken-invitations'
const MAX_SPOKEN = 256
const MAX_CARD_BYTES = 4096
const spokenFormat = listOf(
  record<Spoken>({
    invite: bytesOf(32),
    key: bytesOf(32),
    card: sizedBytes(MAX_CARD_BYTES),
    expiresAtSeconds: unsigned(2 ** 40),
  }),
  MAX_SPOKEN,
)

export interface SpokenInvitationsOptions {
  readonly store: WorkspaceStore
  readonly mailboxes: Mailboxes
  readonly crypto: Crypto
  readonly random: Random
  readonly stretch: Stretch
  readonly nowSeconds: () => number
}

/** Reads back what was said before: a mailbox is opened by whoever said it, at every start, until its end. */
export async function openSpokenInvitations(options: SpokenInvitationsOptions): Promise<SpokenInvitations> {
  const { store, mailboxes, crypto, random, stretch, nowSeconds } = options
  const kept = (await readNote(store, KEY, spokenFormat)) ?? []
  let spoken = kept.filter(({ expiresAtSeconds }) => expiresAtSeconds > nowSeconds())
  const asked = new Set<string>()

  function open({ key, card, expiresAtSeconds }: Spoken, isOver: boolean): void {
    const wish = `${toHex(key)}${isOver}`
    if (asked.has(wish)) return
    asked.add(wish)
    mailboxes.open({ key, card, expiresAtSeconds: isOver ? 0 : expiresAtSeconds })
  }

  return {
    async speak({ id, terms }, fragment) {
      const { drawWords, secretOfWords } = await import('#lib/workspace/spoken-words')
      const { sealSpokenLink, wordsMailboxKey } = await import('#lib/workspace/spoken-link')
      const words = drawWords(random)
      const secret = await secretOfWords(words, stretch)
      const { publicKey } = await wordsMailboxKey(crypto, secret)
      const card = sealSpokenLink(fragment, secret, random)
      const said = { invite: id, key: publicKey, card, expiresAtSeconds: terms.expiresAtSeconds }
      spoken = [...spoken, said].slice(-MAX_SPOKEN)
      await writeNote(store, KEY, spokenFormat, spoken)
      open(said, false)
      return words
    },
    attend(invites) {
      for (const one of spoken) {
        const invite = [...invites.values()].find(({ id }) => sameBytes(id, one.invite))
        if (invite) open(one, invite.state === 'revoked')
      }
    },
  }
}
