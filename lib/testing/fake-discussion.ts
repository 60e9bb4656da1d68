import * as Y from 'yjs'
import type { ChannelName } from '#lib/base/ids'
import { type OpenDiscussion, openDiscussion } from '#lib/session/open-discussion'

/** The comments on a page without keys, disk and network. */
export interface FakeDiscussion {
  /** What everybody holds. */
  readonly doc: Y.Doc
  /** Does something as another person: `client` is theirs from now on. */
  as(client: number, act: (doc: Y.Doc) => void): void
  readOnly: false | 'role'
  open(): OpenDiscussion
}

/** Client ids by person, besides that of `me`, which is 1. */
export function createFakeDiscussion(me: () => string, people: Readonly<Record<number, string>> = {}): FakeDiscussion {
  const doc = new Y.Doc()
  doc.clientID = 1
  const replaced = new Set<() => void>()
  const fake: FakeDiscussion = {
    doc,
    as(client, act) {
      const theirs = new Y.Doc()
      Y.applyUpdate(theirs, Y.encodeStateAsUpdate(doc))
      theirs.clientID = client
      act(theirs)
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(theirs))
    },
    readOnly: false,
    open: () =>
      openDiscussion({
        name: new Uint8Array() as Uint8Array as ChannelName,
        channel: {
          doc: { doc: () => doc, readOnly: () => fake.readOnly, userEdit: (edit) => edit() },
          onReplaced: replaced,
          release() {},
        },
        host: {
          authors: async () => [
            [1, me()],
            ...Object.entries(people).map(([client, id]) => [Number(client), id] as const),
          ],
        },
        clock: { now: () => Date.now() },
        me,
        mayRemoveAll: () => fake.readOnly === false,
        edit: (edit) => edit(),
      }),
  }
  return fake
}
