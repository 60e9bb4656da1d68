import * as Y from 'yjs'

/** Real peers in this process, linked by data channels, who look at one page. */
export interface RoomOfPeers {
  /** One letter by the person at that place. */
  type(at: number): Promise<void>
  /** Letters that each has on its page. */
  letters(): readonly number[]
  /** Links that carry, of each. */
  degrees(): readonly number[]
}

/** The text that all write into, made where it is missing. */
export function sharedText(doc: Y.Doc): Y.XmlText {
  const body = doc.getXmlFragment('body')
  if (body.length === 0) body.insert(0, [new Y.XmlElement('paragraph')])
  const paragraph = body.get(0) as Y.XmlElement
  if (paragraph.length === 0) paragraph.insert(0, [new Y.XmlText()])
  return paragraph.get(0) as Y.XmlText
}

/** Without changing anything. */
export function lettersOf(doc: Y.Doc): number {
  const paragraph = doc.getXmlFragment('body').get(0)
  const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : undefined
  return text instanceof Y.XmlText ? text.length : 0
}
