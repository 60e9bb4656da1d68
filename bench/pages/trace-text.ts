import * as Y from 'yjs'

type Patch = readonly [position: number, deleted: number, inserted: string]

/** A page of one empty paragraph, as the product begins one. */
export function firstBody(doc: Y.Doc): void {
  doc.transact(() => {
    const paragraph = new Y.XmlElement('paragraph')
    doc.getXmlFragment('body').insert(0, [paragraph])
    paragraph.insert(0, [new Y.XmlText()])
    doc.getMap('meta').set('schema', 1)
  })
}

const textOf = (doc: Y.Doc): Y.XmlText => (doc.getXmlFragment('body').get(0) as Y.XmlElement).get(0) as Y.XmlText

export const fragmentText = (doc: Y.Doc): string => textOf(doc).toString()

/** The edits of the trace, which the page's server has, each to be made when its turn comes. */
export async function replayTrace(doc: Y.Doc, edits: number): Promise<readonly (() => void)[]> {
  const { txns } = (await (await fetch('trace')).json()) as { txns: readonly { patches: readonly Patch[] }[] }
  return txns.slice(0, edits).map(({ patches }) => () => {
    const text = textOf(doc)
    doc.transact(() => {
      for (const [at, deleted, inserted] of patches) {
        if (deleted > 0) text.delete(at, deleted)
        if (inserted) text.insert(at, inserted)
      }
    })
  })
}
