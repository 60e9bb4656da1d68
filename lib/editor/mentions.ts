import { Slice } from 'prosemirror-model'
import { type Command, type EditorState, NodeSelection, Plugin, TextSelection } from 'prosemirror-state'
import type { EditorView } from 'prosemirror-view'
import { openAddress } from '#lib/editor/links'
import { type MentionNames, withNames } from '#lib/editor/mention-names'
import { createMentionView } from '#lib/editor/mention-view'
import { type Mention, mentionFrom } from '#lib/schema/mention-node'

/** Shows mentions with today's names, also in what is copied. Enter on one that is selected goes to its page. */
export const createMentions = (names: MentionNames): Plugin =>
  new Plugin({
    props: {
      nodeViews: { mention: (node) => createMentionView(node, names) },
      handleKeyDown(view, event) {
        leaveChip(view, event)
        return event.key === 'Enter' && !event.isComposing && openMention(names)(view.state, view.dispatch)
      },
      transformCopied: ({ content, openStart, openEnd }) => new Slice(withNames(content, names), openStart, openEnd),
    },
  })

/** Browsers go nowhere by Home and End from something that nobody can write in: they begin beside it. */
function leaveChip(view: EditorView, { key }: KeyboardEvent): void {
  const { selection, doc, tr } = view.state
  if ((key !== 'Home' && key !== 'End') || !(selection instanceof NodeSelection) || !selection.node.isInline) return
  view.dispatch(tr.setSelection(TextSelection.create(doc, key === 'Home' ? selection.from : selection.to)))
}

/** Puts a mention in place of the selection, a space behind it, and the cursor behind that. */
export const insertMention = (mention: Mention): Command => insertChip('mention', { ...mention })

/** The same with a day such as `2026-11-26`. */
export const insertDate = (value: string): Command => insertChip('date', { value })

const insertChip =
  (name: 'mention' | 'date', attributes: Record<string, unknown>): Command =>
  (state, dispatch) => {
    const type = state.schema.nodes[name]
    const { $from } = state.selection
    if (!type || !$from.parent.inlineContent || !$from.parent.type.contentMatch.matchType(type)) return false
    if (dispatch) {
      const tr = state.tr.replaceSelectionWith(type.create(attributes), false)
      const { pos } = tr.selection.$from
      const isFollowed = /^\s/.test(
        tr.doc.textBetween(pos, Math.min(pos + 1, tr.selection.$from.end()), undefined, 'x'),
      )
      if (!isFollowed) tr.insertText(' ', pos)
      dispatch(tr.setSelection(TextSelection.create(tr.doc, pos + 1)).scrollIntoView())
    }
    return true
  }

const selectedMention = ({ selection }: EditorState): Mention | undefined =>
  selection instanceof NodeSelection && selection.node.type.name === 'mention'
    ? mentionFrom(selection.node.attrs)
    : undefined

/** Goes to the page that the selected mention names. */
export const openMention =
  (names: Pick<MentionNames, 'addressOf'>): Command =>
  (state, dispatch) => {
    const mention = selectedMention(state)
    const address = mention && names.addressOf(mention)
    if (address === undefined) return false
    if (dispatch) openAddress(address)
    return true
  }
