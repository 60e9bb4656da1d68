import { appendFileSync, writeFileSync } from 'node:fs'
import { it } from 'vitest'
import type * as Y from 'yjs'
import { DEFAULT_FOLD_SETTINGS } from '#lib/replica/fold-own'
import { carry, foldedWorkspace } from '#lib/testing/folded-workspace'
import { loadTrace } from '#lib/testing/load-trace'

it('whole', async () => {
  const log = (...x: unknown[]) => appendFileSync('/tmp/whole.log', x.map(String).join(' ') + '\n')
  writeFileSync('/tmp/whole.log', '')
  const { txns, endContent } = loadTrace('automerge-paper', { whole: true })
  log('txns', txns.length)
  const edits = txns.map(({ patches }) => (text: Y.XmlText) => {
    for (const [at, deleted, inserted] of patches) {
      if (deleted > 0) text.delete(at, deleted)
      if (inserted) text.insert(at, inserted)
    }
  })
  const { alice, device } = await foldedWorkspace(DEFAULT_FOLD_SETTINGS)
  let t = performance.now()
  await alice.write(edits)
  log('written', performance.now() - t)
  t = performance.now()
  await alice.fold()
  log('folded', performance.now() - t)
  t = performance.now()
  const bob = await device()
  const folded = await carry(alice, bob)
  log('bob', JSON.stringify(folded), performance.now() - t, (await bob.text()) === endContent)
  t = performance.now()
  const carol = await device()
  const single = await carry(alice, carol, { originals: true })
  log('carol', JSON.stringify(single), performance.now() - t, (await carol.text()) === endContent)
}, 3_000_000)
