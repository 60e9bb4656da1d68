import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { YJS_VERSION } from '#lib/replica/channel-checkpoint'

it('S1 a checkpoint names the Yjs that is installed', () => {
  const installed = JSON.parse(readFileSync('node_modules/yjs/package.json', 'utf8'))
  expect(installed.version).toBe(YJS_VERSION)
})
