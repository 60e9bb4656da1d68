import { expect, it } from 'vitest'
import { concat, utf8 } from '#lib/base/bytes'
import type { DocumentId } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import {
  bodyChannelName,
  discussionChannelName,
  indexChannelName,
  logChannelName,
  parseChannelName,
} from '#lib/protocol/channel-name'

const document = hash(utf8('page')).slice(0, 16) as DocumentId

it('parses every name that it makes', () => {
  expect(parseChannelName(logChannelName)).toEqual({ type: 'log' })
  expect(parseChannelName(indexChannelName)).toEqual({ type: 'index' })
  expect(parseChannelName(bodyChannelName(document))).toEqual({ type: 'body', document })
  expect(parseChannelName(discussionChannelName(document))).toEqual({ type: 'discussion', document })
})

it('parses nothing else', () => {
  const others = [
    new Uint8Array(0),
    document,
    utf8('logs'),
    concat(document, utf8('bod')),
    concat(document, utf8('bodyx')),
  ]
  expect(others.map(parseChannelName)).toEqual(others.map(() => undefined))
})
