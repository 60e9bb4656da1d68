import { err, ok, type Result } from '#lib/base/result'
import type { Platform } from '#lib/host/browser-platform'
import { loadPlaces } from '#lib/host/places'
import type { WordsProblem } from '#lib/session/session-view'
import { createMailboxClient } from '#lib/sync/mailbox-client'
import type { RelayState } from '#lib/sync/relay-connection'
import { openRelayLink } from '#lib/transport/relay'
import { openSpokenLink, wordsMailboxKey } from '#lib/workspace/spoken-link'
import { readWords, secretOfWords } from '#lib/workspace/spoken-words'

/**
 * The fragment of the link that six words stand for (I7), from the relay that serves this page. Waits for the relay; `signal`
 * ends that. Words that were misread ask nobody.
 */
export async function openWordsOf(
  text: string,
  { crypto, clock, random, stretch }: Platform,
  onRelay: (state: RelayState) => void,
  signal: AbortSignal,
): Promise<Result<string, WordsProblem>> {
  const words = readWords(text)
  if (!words.ok) return words
  const secret = await secretOfWords(words.value, stretch).catch(() => undefined)
  if (!secret) return err({ type: 'no-room' })
  const mailboxKey = await wordsMailboxKey(crypto, secret)
  const { origin, sync } = await loadPlaces()
  const mailbox = createMailboxClient({
    connect: () => openRelayLink(sync),
    origin,
    mailboxKey,
    clock,
    random,
    onState: onRelay,
    onAnswer() {},
  })
  signal.addEventListener('abort', () => mailbox.close())
  const card = await mailbox.readCard()
  mailbox.close()
  const fragment = card && openSpokenLink(card, secret)
  return fragment?.ok ? ok(fragment.value) : err({ type: 'words-ended' })
}
