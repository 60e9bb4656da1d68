import { expect, it } from 'vitest'
import { sameBytes } from '#lib/base/bytes'
import { createOverreachWatch } from '#lib/host/overreach-watch'
import { createHistory, deviceOf, type History } from '#lib/testing/membership-history'
import type { LogEntry } from '#lib/workspace/log-node'

/** The cast by name, and a watch over the log as it stood before `act`. */
function watchOver(act: (history: History) => void) {
  const history = createHistory()
  history.settle({ ann: 'admin', ben: 'admin', eve: 'editor', vic: 'viewer' })
  const log = history.log()
  const watch = createOverreachWatch(log)
  const before = history.entries.length
  act(history)
  const fresh: readonly LogEntry[] = history.entries.slice(before)
  for (const entry of fresh) log.add(entry)
  const names = ['ann', 'ben', 'eve']
  const news = () => {
    const found = watch.news()
    return names.filter((name) => found.some((device) => sameBytes(device, deviceOf(name))))
  }
  return { news, log }
}

it('attack 30 M4 finds both of two admins who remove each other, once', () => {
  const { news, log } = watchOver((history) => {
    const after = history.heads()
    history.remove({ by: 'ann', after }, 'ben')
    history.remove({ by: 'ben', after }, 'ann')
  })
  expect(news()).toEqual(['ann', 'ben'])
  expect(news()).toEqual([])
  expect(createOverreachWatch(log).news()).toEqual([])
})

it('attack 28 M4 finds an editor who makes an admin a viewer', () => {
  const { news } = watchOver((history) => history.give({ by: 'eve' }, 'ben', 'viewer'))
  expect(news()).toEqual(['eve'])
})

it('M4 finds nobody who kept to what they had seen, however it ended', () => {
  const { news, log } = watchOver((history) => {
    const after = history.heads()
    const transfer = history.handOver({ by: 'alice', after }, 'ann')
    history.give({ by: 'alice', after }, 'ben', 'editor')
    history.remove({ by: 'ben', after }, 'eve')
    history.give({ by: 'ann', after: [transfer] }, 'ben', 'viewer')
  })
  expect(log.current()?.voided.size).toBeGreaterThan(0)
  expect(news()).toEqual([])
})

it('M4 finds nobody for a right that a conflict took away afterwards', () => {
  const { news, log } = watchOver((history) => {
    const after = history.heads()
    history.handOver({ by: 'alice', after }, 'ben')
    const made = history.give({ by: 'alice', after }, 'eve', 'admin')
    history.remove({ by: 'eve', after: [made] }, 'vic')
  })
  expect([...(log.current()?.voided.values() ?? [])]).toContain('not-entitled')
  expect(news()).toEqual([])
})
