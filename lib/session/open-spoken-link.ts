import { err, ok, type Result } from '#lib/base/result'
import type { Platform } from '#lib/host/browser-platform'
import type { EnterMailbox } from '#lib/host/enter-mailbox'
import type { WordsProblem } from '#lib/session/session-view'
import type { RelayState } from '#lib/sync/relay-connection'
import { openSpokenLink, wordsMailboxKey } from '#lib/workspace/spoken-link'
import { readWords, secretOfWords } from '#lib/workspace/spoken-words'

/**
 * The fragment of the link that six words stand for (I7), from the relay that serves this page. Waits for the relay; `signal`
 * ends that. Words that were misread ask nobody.
 */
export async function openWordsOf(
  text: string,
  { crypto, stretch }: Pick<Platform, 'crypto' | 'stretch'>,
  enter: EnterMailbox,
  onRelay: (state: RelayState) => void,
  signal: AbortSignal,
): Promise<Result<string, WordsProblem>> {
  const words = readWords(text)
  if (!words.ok) return words
  const secret = await secretOfWords(words.value, stretch).catch(() => undefined)
  if (!secret) return err({ type: 'no-room' })
  const mailboxKey = await wordsMailboxKey(crypto, secret)
  const mailbox = await enter({ mailboxKey, onState: onRelay, onAnswer() {} })
  const ended = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  const card = await Promise.race([mailbox.readCard(), ended])
  mailbox.close()
  const fragment = card && openSpokenLink(card, secret)
  return fragment?.ok ? ok(fragment.value) : err({ type: 'words-ended' })
}
