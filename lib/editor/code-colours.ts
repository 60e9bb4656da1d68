import type { Node } from 'prosemirror-model'
import { type EditorState, Plugin, PluginKey } from 'prosemirror-state'
import { Decoration, DecorationSet, type EditorView } from 'prosemirror-view'
import type { CodeRun, ReadCode } from '#lib/editor/code-grammar'
import { codeLanguage } from '#lib/schema/block-nodes'

/** Code is coloured when nobody typed for so long: never in a keystroke. */
const REST_MS = 250
/** A longer block stays plain: reading it would be felt. */
const MAX_LENGTH = 50_000

const coloursKey = new PluginKey<DecorationSet>('code-colours')

/** Colours blocks of code that name a language. Nothing is fetched before such a block is on the page. */
export function createCodeColours(fetchGrammar: () => Promise<ReadCode>): Plugin<DecorationSet> {
  const known = new WeakMap<Node, readonly CodeRun[]>()
  let grammar: ReadCode | undefined
  let isFetching = false

  function colour(view: EditorView): void {
    if (view.isDestroyed || view.composing) return
    const blocks = codeBlocks(view.state)
    if (blocks.length > 0 && !grammar) {
      if (!isFetching) void fetchGrammar().then(begin(view), () => undefined)
      isFetching = true
      return
    }
    const wanted = blocks.flatMap(({ node, position }) =>
      runsOf(node).map(({ from, to, kind }) =>
        Decoration.inline(position + 1 + from, position + 1 + to, { class: kind }, { kind }),
      ),
    )
    const before = coloursKey.getState(view.state) ?? DecorationSet.empty
    const standing = new Map(before.find().map((one) => [nameOf(one), one]))
    const missing = wanted.filter((one) => !standing.delete(nameOf(one)))
    if (missing.length === 0 && standing.size === 0) return
    const after = before.remove([...standing.values()]).add(view.state.doc, missing)
    view.dispatch(view.state.tr.setMeta(coloursKey, after))
  }

  const begin = (view: EditorView) => (read: ReadCode) => {
    grammar = read
    colour(view)
  }

  function runsOf(node: Node): readonly CodeRun[] {
    const runs = known.get(node) ?? grammar?.(codeLanguage(node.attrs.language), node.textContent) ?? []
    known.set(node, runs)
    return runs
  }

  return new Plugin<DecorationSet>({
    key: coloursKey,
    state: {
      init: () => DecorationSet.empty,
      apply: (transaction, decorations) =>
        transaction.getMeta(coloursKey) ?? decorations.map(transaction.mapping, transaction.doc),
    },
    props: { decorations: (state) => coloursKey.getState(state) },
    view(view) {
      let timer: ReturnType<typeof setTimeout> | undefined
      const soon = () => {
        clearTimeout(timer)
        timer = setTimeout(() => colour(view), REST_MS)
      }
      soon()
      return {
        update: (_, before) => {
          if (before.doc !== view.state.doc) soon()
        },
        destroy: () => clearTimeout(timer),
      }
    },
  })
}

const nameOf = ({ from, to, spec }: Decoration): string => `${from} ${to} ${spec.kind}`

function codeBlocks({ doc }: EditorState): { readonly node: Node; readonly position: number }[] {
  const blocks: { node: Node; position: number }[] = []
  doc.descendants((node, position) => {
    if (node.type.spec.code && codeLanguage(node.attrs.language) && node.content.size <= MAX_LENGTH)
      blocks.push({ node, position })
    return !node.isTextblock
  })
  return blocks
}
