import { toHex } from '#lib/base/bytes'
import type { WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { type FreeSlotWords, type KeptWords, keepLastWords } from '#lib/session/keep-last-words'
import { type LastWords, openLastWords, slotsWithLastWords, type UnsavedEdits } from '#lib/session/last-words'
import { type ClientSlot, takeSlot } from '#lib/tabs/client-slots'
import type { TabLocks } from '#lib/tabs/tab-platform'
import type { Vault } from '#lib/vault/vault'

/** The last words of this tab's slot, and of every slot that no tab has, or has no more. */
export interface WordsOfGoneTabs extends Omit<KeptWords, 'takeUp'> {
  /** A tab may be gone, in the middle of a word: adopts what it left. One look after the other. */
  lookAgain(): void
  /** What is found from now on is left to other tabs. */
  stopLooking(): void
}

export interface WordsOfGoneTabsOptions {
  readonly workspaceId: WorkspaceId
  /** Of this tab. */
  readonly own: ClientSlot
  readonly vault: Pick<Vault, 'storage'>
  readonly locks: TabLocks
  readonly random: Random
  /** What waits in this tab. */
  readonly unsaved: () => readonly UnsavedEdits[]
  readonly adopt: (edits: readonly UnsavedEdits[]) => Promise<unknown>
}

/** `undefined` where no words can be kept. What it found at the beginning is adopted by whoever asks. */
export async function openWordsOfGoneTabs(options: WordsOfGoneTabsOptions): Promise<WordsOfGoneTabs | undefined> {
  const { workspaceId, own, vault, locks, random, adopt } = options
  const words = await wordsOf(own.slot)
  if (!words) return undefined
  const kept = keepLastWords(words, await freeSlotWords(), options.unsaved)
  let looking: Promise<void> = Promise.resolve()
  let isOver = false

  function wordsOf(slot: number): Promise<LastWords | undefined> {
    return openLastWords(vault.storage, localStorage, random, { workspaceId, slot })
  }

  async function freeSlotWords(): Promise<readonly FreeSlotWords[]> {
    const freeSlots: FreeSlotWords[] = []
    for (const slot of slotsWithLastWords(localStorage, workspaceId)) {
      const free = slot === own.slot ? undefined : await takeSlot(locks, toHex(workspaceId), slot)
      const left = free && (await wordsOf(slot))
      if (left) freeSlots.push({ words: left, release: free.release })
      else free?.release()
    }
    return freeSlots
  }

  async function takeUpFurther(): Promise<void> {
    if (isOver) return
    const freeSlots = await freeSlotWords()
    if (isOver) for (const { release } of freeSlots) release()
    else if (freeSlots.length > 0) await adopt(kept.takeUp(freeSlots))
    kept.settle()
  }

  return {
    ...kept,
    lookAgain() {
      looking = looking.then(takeUpFurther).catch(() => undefined)
    },
    stopLooking() {
      isOver = true
    },
  }
}
