import { type EditorState, Plugin } from 'prosemirror-state'

/**
 * Lets the browser skip blocks that are far from the window and from the caret (`content-visibility`): it neither lays them
 * out nor reads them on its way from the page's start to the caret, which Chromium does at every key for input methods. Around
 * the caret nothing is ever skipped: in a block that was not laid out yet a browser puts letters in the wrong place.
 */

/** A page with fewer blocks is quick enough as it is. */
const MIN_BLOCKS = 150
/** So many blocks on each side of the caret are left alone, and chosen anew once it comes nearer than a third of that to their end. */
const REACH = 60

/** Blocks from `first` up to `last`, counted from 0, are not skipped. */
interface Reach {
  readonly first: number
  readonly last: number
}

/** The blocks to leave alone, given those of before; `undefined` where all are. */
function reachAround({ doc, selection }: EditorState, before: Reach | undefined): Reach | undefined {
  if (doc.childCount < MIN_BLOCKS) return undefined
  const at = selection.$head.index(0)
  const margin = REACH / 3
  if (before && at >= before.first + margin && at <= before.last - margin) return before
  return { first: at - REACH, last: at + REACH }
}

/** Not where nothing on screen is held in place when a block above turns out higher than it was taken for, and not on paper. */
const rulesFor = ({ first, last }: Reach): string =>
  `@supports (overflow-anchor: auto) { @media screen {
    .page-body > :nth-child(-n + ${Math.max(0, first)}), .page-body > :nth-child(n + ${last + 2}) { content-visibility: auto }
  } }`

/** Rules go through the CSS object model, because a strict CSP refuses style elements. */
export function createFarBlocks(): Plugin {
  return new Plugin({
    view(view) {
      const { ownerDocument } = view.dom
      const sheet = new CSSStyleSheet()
      let shown: Reach | undefined
      const look = () => {
        const next = reachAround(view.state, shown)
        if (next === shown) return
        shown = next
        sheet.replaceSync(next ? rulesFor(next) : '')
      }
      look()
      ownerDocument.adoptedStyleSheets.push(sheet)
      return {
        update: look,
        destroy: () => {
          const { adoptedStyleSheets } = ownerDocument
          ownerDocument.adoptedStyleSheets = adoptedStyleSheets.filter((one) => one !== sheet)
        },
      }
    },
  })
}
