import { type Random, randomBelow } from '#lib/base/random'
import type { Crypto } from '#lib/crypto/crypto'
import { wordsOfSecret } from '#lib/crypto/secret-words'
import { indexOfWord } from '#lib/crypto/word-list'
import type { KeptInKit, KitMaking, KitState } from '#lib/devices/recovery-state'
import { createWatchedValue } from '#lib/devices/watched-value'
import { KIT_SECRET_BYTES, type KitPublic, type KitSecret, kitKeys, publicHalves } from '#lib/workspace/kit'

export interface KitMakingOptions {
  readonly crypto: Crypto
  readonly random: Random
  /** Keeps the public halves and puts every workspace in; undefined where nothing could be written. */
  keep(kit: KitPublic): Promise<KeptInKit | undefined>
}

/** Words that are asked for in the test. */
const TESTED = 3

/** Makes a recovery kit (V2): words to write down, three of them asked for, and only then kept. The words stay here. */
export function createKitMaking({ crypto, random, keep }: KitMakingOptions): KitMaking {
  const secret = random.bytes(KIT_SECRET_BYTES) as KitSecret
  const words = wordsOfSecret(secret)
  const value = createWatchedValue<KitState>({ type: 'words', words })
  let places: readonly number[] = []

  function ask(wasWrong: boolean): void {
    const drawn = new Set<number>()
    while (drawn.size < TESTED) drawn.add(1 + randomBelow(random, words.length))
    places = [...drawn].sort((a, b) => a - b)
    value.set({ type: 'test', places, wasWrong })
  }

  async function finish(): Promise<void> {
    value.set({ type: 'keeping' })
    const kept = await keep(publicHalves(await kitKeys(crypto, secret)))
    value.set(kept ? { type: 'kept', ...kept } : { type: 'failed' })
  }

  const isRight = (typed: string | undefined, place: number): boolean => {
    const index = indexOfWord((typed ?? '').trim().toLowerCase())
    return index >= 0 && index === indexOfWord(words[place - 1] ?? '')
  }

  return {
    state: value.get,
    subscribe: value.subscribe,
    test() {
      if (value.get().type === 'words') ask(false)
    },
    showAgain() {
      if (value.get().type === 'test') value.set({ type: 'words', words })
    },
    answer(typed) {
      if (value.get().type !== 'test') return
      if (!places.every((place, i) => isRight(typed[i], place))) ask(true)
      else void finish().catch(() => value.set({ type: 'failed' }))
    },
    close() {},
  }
}
