import { expect, it } from 'vitest'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import type { EnterMailbox } from '#lib/host/enter-mailbox'
import { openWordsOf } from '#lib/session/open-spoken-link'
import { quickStretch } from '#lib/testing/quick-stretch'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { drawWords } from '#lib/workspace/spoken-words'

const platform = {
  crypto: createNodeCrypto(),
  stretch: (secret: Uint8Array, salt: Uint8Array) => quickStretch.run(secret, salt, quickStretch.cost),
}
const words = drawWords(createSeededRandom(1)).join(' ')

it('I7 leaves the relay when the page ends, also before that is reached', async () => {
  const ended = new AbortController()
  let isLeft = false
  const enter: EnterMailbox = async () => {
    ended.abort()
    return {
      state: () => 'away',
      readCard: () => new Promise(() => {}),
      deposit: () => new Promise(() => {}),
      wake() {},
      close() {
        isLeft = true
      },
    }
  }
  expect(await openWordsOf(words, platform, enter, () => {}, ended.signal)).toMatchObject({ ok: false })
  expect(isLeft).toBe(true)
})
