import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { EpochSecret, EpochTag } from '#lib/base/ids'
import { epochTag } from '#lib/protocol/derive'
import { createHistory, FIRST_EPOCH, keysOf } from '#lib/testing/membership-history'
import { createRotation } from '#lib/workspace/epoch'
import { keyDuties } from '#lib/workspace/key-duties'
import { epochsBeyondAnswer, secretsOfAnswer } from '#lib/workspace/secrets-of-answer'

const secretOf = (value: number) => new Uint8Array(32).fill(value) as EpochSecret

it('K2 hands on the first and the newest secrets, and boxes those between to who comes in', () => {
  const history = createHistory()
  history.settle({ eve: 'editor' })
  const { workspaceId } = history.state()
  const names = ['alice', 'eve'].map((name) => ({ recipient: keysOf(name).exchangeKey, box: new Uint8Array(48) }))
  for (let i = 1; i <= 130; i++) {
    const follows = i === 1 ? [] : [secretOf(i - 1)]
    const rotation = { ...createRotation(workspaceId, secretOf(i), follows, []), boxes: names }
    history.write({ by: 'alice' }, { type: 'epoch.rotate', ...rotation })
  }
  const first = secretOf(255)
  const tagOf = (value: number) => epochTag(workspaceId, secretOf(value))
  const held = new Map(Array.from({ length: 130 }, (_, i) => [toHex(tagOf(i + 1)), secretOf(i + 1)]))
  held.set(toHex(FIRST_EPOCH), first)
  const keys = { secretOf: (tag: EpochTag) => held.get(toHex(tag)) }
  const handed = secretsOfAnswer(history.state(), keys)
  expect([handed.length, handed[0], handed[1], handed.at(-1)]).toEqual([128, first, secretOf(4), secretOf(130)])

  expect(epochsBeyondAnswer(history.state())).toEqual([1, 2, 3].map(tagOf))
  expect(keyDuties(history.state(), history.log().handedOut(), () => false).missing).toEqual([])
  const link = history.invite({ by: 'alice' }, 'viewer', 1)
  const asked = history.fork()
  asked.admit({ by: 'alice' }, 'ivy', link)
  const admit = asked.entries.at(-1)?.operation
  const recipient = keysOf('ivy').exchangeKey
  const boxes = [
    {
      epoch: tagOf(130),
      ephemeralKey: new Uint8Array(32),
      boxes: [{ recipient, box: new Uint8Array(48) }],
    },
  ]
  if (admit?.type === 'admit') history.write({ by: 'alice' }, { ...admit, boxes })
  const { missing } = keyDuties(history.state(), history.log().handedOut(), () => false)
  expect(missing).toEqual([1, 2, 3].map((value) => ({ epoch: tagOf(value), recipients: [recipient] })))
})
