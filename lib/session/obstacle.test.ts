import { expect, it } from 'vitest'
import { obstacleOf } from '#lib/session/obstacle'

it.each([
  ['newer-version', 'newer-data'],
  ['newer-record', 'newer-data'],
  ['storage-key-damaged', 'workspace-damaged'],
  ['malformed-record', 'workspace-damaged'],
  ['storage-failed', 'storage-refused'],
  ['storage-full', 'storage-full'],
  ['entries-damaged', 'workspace-damaged'],
  ['nobody-leads', 'no-answer'],
  ['host-failed', 'did-not-open'],
])('V4 tells %s as %s', (type, obstacle) => {
  expect(obstacleOf({ type })).toEqual({ type: obstacle })
})
