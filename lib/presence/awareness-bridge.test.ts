import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { createAwarenessBridge } from '#lib/presence/awareness-bridge'
import { decodeCursor, encodeCursor } from '#lib/presence/cursor-bytes'

const docs: Y.Doc[] = []
afterEach(() => {
  for (const doc of docs.splice(0)) doc.destroy()
})

function bridged() {
  const doc = new Y.Doc()
  docs.push(doc)
  doc.getText('t').insert(0, 'hello')
  const awareness = new Awareness(doc)
  const cursors: (Uint8Array | undefined)[] = []
  const changes: unknown[] = []
  const bridge = createAwarenessBridge(awareness, (cursor) => cursors.push(cursor))
  awareness.on('change', (change: unknown) => changes.push(change))
  const at = (index: number) => Y.createRelativePositionFromTypeIndex(doc.getText('t'), index)
  return { doc, awareness, bridge, cursors, changes, at }
}
const cursorOf = (anchor: Y.RelativePosition, head = anchor) => encodeCursor({ anchor, head })

describe('cursor bytes', () => {
  it('R7 brings a place to another device as Yjs reads it', () => {
    const { doc, at } = bridged()
    for (const index of [0, 3, 5]) {
      const decoded = decodeCursor(cursorOf(at(index), at(1)))
      const place = decoded.ok && Y.createRelativePositionFromJSON(decoded.value.anchor)
      expect(place && Y.createAbsolutePositionFromRelativePosition(place, doc)?.index).toBe(index)
    }
    expect(cursorOf(at(3)).length).toBeLessThan(40)
  })

  it('R7 survives any bytes, and reads only what it writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const decoded = decodeCursor(bytes)
        if (decoded.ok) expect(encodeCursor(decoded.value)).toEqual(bytes)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('awareness bridge', () => {
  it('R7 tells of the own cursor, each place once, and when it is gone', () => {
    const { awareness, cursors, at } = bridged()
    for (const place of [at(2), at(2), at(4)]) awareness.setLocalStateField('cursor', { anchor: place, head: place })
    awareness.setLocalStateField('other', 1)
    awareness.setLocalStateField('cursor', null)
    expect(cursors).toEqual([cursorOf(at(2)), cursorOf(at(4)), undefined])
  })

  it('R7 shows others with name and colour from here, and takes them away again', () => {
    const { awareness, bridge, changes, at } = bridged()
    const ana = { number: 7, name: 'Ana', colour: 3, cursor: cursorOf(at(1)) }
    bridge.show([ana])
    bridge.show([ana])
    expect(awareness.getStates().get(7)).toMatchObject({
      user: { name: 'Ana', colour: 3 },
      cursor: { head: { assoc: 0 } },
    })
    bridge.show([{ ...ana, cursor: cursorOf(at(4)) }])
    bridge.show([])
    expect(awareness.getStates().has(7)).toBe(false)
    expect(changes).toEqual([
      { added: [7], updated: [], removed: [] },
      { added: [], updated: [7], removed: [] },
      { added: [], updated: [], removed: [7] },
    ])
  })

  it('attack 27 shows nothing where a cursor is noise, and never sends what it was shown', () => {
    const { awareness, bridge, cursors } = bridged()
    bridge.show([{ number: 7, name: 'Mallory', colour: 1, cursor: Uint8Array.of(255, 1, 2) }])
    expect(awareness.getStates().get(7)?.cursor).toBeNull()
    expect(cursors).toEqual([])
  })

  it('leaves the awareness as it was when it ends', () => {
    const { awareness, bridge, cursors, at } = bridged()
    bridge.show([{ number: 7, name: 'Ana', colour: 3 }])
    bridge.close()
    awareness.setLocalStateField('cursor', { anchor: at(1), head: at(1) })
    expect([awareness.getStates().size, cursors]).toEqual([1, []])
  })
})
