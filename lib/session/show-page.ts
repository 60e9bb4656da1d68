import type { Node } from 'prosemirror-model'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import type { DocumentId } from '#lib/base/ids'
import { readVersion } from '#lib/document/first-structure'
import { titleOf } from '#lib/document/workspace-index'
import type { PageFiles } from '#lib/editor/page-files'
import { type AwarenessBridge, createAwarenessBridge } from '#lib/presence/awareness-bridge'
import type { UsedChannel } from '#lib/session/open-channels'
import type { OpenPage } from '#lib/session/session-view'

export interface PageParts {
  /** base64url of `document`. */
  readonly id: string
  readonly document: DocumentId
  readonly body: UsedChannel
  readonly index: UsedChannel
  readonly files: PageFiles
  isTrashed(): boolean
  /** This tab's caret on the page. */
  onCursor(cursor: Uint8Array | undefined): void
  /** From now on others' carets of this page go to that bridge. */
  onBridge(bridge: AwarenessBridge): void
  /** The carets start anew with another document. */
  onReconnected(): void
  edit<T>(edit: () => T): T
  /** See OpenPage. */
  append(block: Node): ReturnType<OpenPage['append']>
  /** `bridge`: the last one. The body may be released. */
  onClose(bridge: AwarenessBridge): void
}

/** Why nobody may write in a document yet, or with this release (D14). */
export function whatIsMissing(doc: Y.Doc): false | 'arriving' | 'newer-version' {
  const version = readVersion(doc)
  if (version === 'empty') return 'arriving'
  return version === 'newer' ? 'newer-version' : false
}

/** A page for the screen; it is built anew and told by `onReplaced` whenever one of its documents became another. */
export function showPage(parts: PageParts): OpenPage {
  const { id, document, body, index, files } = parts

  /** A document that is replaced takes its awareness with it. */
  function connect() {
    const awareness = new Awareness(body.doc.doc())
    const bridge = createAwarenessBridge(awareness, parts.onCursor)
    parts.onBridge(bridge)
    const close = () => {
      bridge.close()
      awareness.destroy()
    }
    return { awareness, bridge, close }
  }
  let presence = connect()
  let current = build()

  function build(): OpenPage {
    return {
      id,
      doc: body.doc.doc(),
      awareness: presence.awareness,
      files,
      title: titleOf(index.doc.doc(), document) ?? new Y.Doc().getText('title'),
      readOnly: whatIsMissing(body.doc.doc()) || body.doc.readOnly() || (parts.isTrashed() ? 'trashed' : false),
      userEdit: (edit) => parts.edit(() => body.doc.userEdit(() => index.doc.userEdit(edit))),
      append: parts.append,
      flush() {
        void body.doc.flush()
        void index.doc.flush()
      },
      onReplaced: undefined,
      close() {
        body.onReplaced.delete(replace)
        index.onReplaced.delete(replace)
        parts.onClose(presence.bridge)
        presence.close()
        body.release()
      },
    }
  }

  function replace(): void {
    const before = current
    const stale = presence.awareness.doc === body.doc.doc() ? undefined : presence
    if (stale) presence = connect()
    current = build()
    current.onReplaced = before.onReplaced
    before.onReplaced?.(current)
    stale?.close()
    if (stale) parts.onReconnected()
    watchArrival()
  }

  /** Two people who write on a page before its first structure is there would make two of it. */
  function watchArrival(): void {
    const { doc, readOnly } = current
    if (readOnly !== 'arriving') return
    const look = () => {
      if (whatIsMissing(doc) === 'arriving') return
      doc.off('afterAllTransactions', look)
      if (body.onReplaced.has(replace) && doc === body.doc.doc()) replace()
    }
    doc.on('afterAllTransactions', look)
  }

  body.onReplaced.add(replace)
  index.onReplaced.add(replace)
  watchArrival()
  return current
}
