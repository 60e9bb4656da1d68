/** The product's editor, with comments on every tenth block and somebody else present, over a page that is there already. */
import * as Y from 'yjs'
import { exposeLongPage } from '#bench/pages/long-page'
import { createCommentMarks, type MarkedPassage } from '#lib/editor/comment-marks'
import { createEditor } from '#lib/editor/create-editor'
import { createMentionNames } from '#lib/editor/mention-names'
import { fileWords } from '#lib/words/file-words'

const nothing = () => {}

/** A comment on the first letters of every tenth paragraph; a page of paragraphs alone has none. */
function passagesOf(doc: Y.Doc): readonly MarkedPassage[] {
  if (location.hash !== '#comments') return []
  return doc
    .getXmlFragment('body')
    .toArray()
    .flatMap((block, index) => {
      const text = index % 10 === 0 && block instanceof Y.XmlElement ? block.get(0) : undefined
      if (!(text instanceof Y.XmlText)) return []
      const at = (offset: number) => Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, offset))
      return [{ id: `${index}`, places: [{ from: at(2), to: at(12) }], isOpen: true, isMine: true }]
    })
}

exposeLongPage((mount, doc, awareness) => {
  const comments = createCommentMarks({ onChosen: nothing, onOrder: nothing, onMoved: nothing })
  const editor = createEditor({
    mount,
    page: { doc, awareness, readOnly: false, userEdit: (edit) => edit() },
    words: {
      ...{ label: 'Page', placeholder: 'Write', task: 'Done', fold: 'Fold' },
      ...{ contents: 'Contents', noOutline: 'None', date: (value) => value },
    },
    actions: {
      askLink: nothing,
      enterToolbar: nothing,
      comment: nothing,
      openBlockMenu: nothing,
      find: nothing,
      showOutline: nothing,
      toggleFocusMode: nothing,
      askDate: nothing,
      showShortcuts: nothing,
      leaveUp: () => false,
      choose: () => false,
      fileRefused: nothing,
    },
    comments,
    mentions: createMentionNames(),
    fileWords,
  })
  comments.show(passagesOf(doc), undefined)
  return editor.view
})
