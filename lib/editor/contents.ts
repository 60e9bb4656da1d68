import { Plugin } from 'prosemirror-state'
import type { EditorView, NodeView } from 'prosemirror-view'
import { goToBlock, type OutlineEntry, outlineOf } from '#lib/editor/outline'

/** The list follows the headings when nobody typed for so long: never in a keystroke. */
const REST_MS = 300

/** What the list of headings says. */
export interface ContentsWords {
  /** Its name. */
  readonly contents: string
  readonly noOutline: string
}

interface ContentsView extends NodeView {
  show(entries: readonly OutlineEntry[]): void
}

/** Lists the page's headings wherever the page asks for them; a press goes to one. */
export function createContents(words: ContentsWords): Plugin {
  const views = new Set<ContentsView>()
  return new Plugin({
    props: {
      nodeViews: {
        contents(_node, view) {
          const made = createContentsView(view, words, () => views.delete(made))
          views.add(made)
          return made
        },
      },
    },
    view(view) {
      let timer: ReturnType<typeof setTimeout> | undefined
      return {
        update(_, before) {
          if (before.doc === view.state.doc || views.size === 0) return
          clearTimeout(timer)
          timer = setTimeout(() => {
            const entries = outlineOf(view.state.doc)
            for (const one of views) one.show(entries)
          }, REST_MS)
        },
        destroy: () => clearTimeout(timer),
      }
    },
  })
}

function createContentsView(view: EditorView, words: ContentsWords, onGone: () => void): ContentsView {
  const dom = document.createElement('nav')
  dom.className = 'page-contents'
  dom.setAttribute('aria-label', words.contents)
  let shown = ''

  function show(entries: readonly OutlineEntry[]): void {
    const next = JSON.stringify(entries.map(({ level, text }) => [level, text]))
    if (next === shown) return
    shown = next
    const list = document.createElement('ol')
    list.append(...entries.map(row))
    dom.replaceChildren(entries.length > 0 ? list : document.createTextNode(words.noOutline))
  }

  function row({ level, text }: OutlineEntry, index: number): HTMLElement {
    const item = document.createElement('li')
    item.dataset.level = String(level)
    const button = document.createElement('button')
    button.type = 'button'
    button.dir = 'auto'
    button.textContent = text
    button.addEventListener('click', () => {
      const entry = outlineOf(view.state.doc)[index]
      if (entry) goToBlock(entry.position)(view.state, view.dispatch)
      view.focus()
    })
    item.append(button)
    return item
  }

  show(outlineOf(view.state.doc))
  return {
    dom,
    show,
    stopEvent: (event) => event.target instanceof Element && event.target.closest('button') !== null,
    ignoreMutation: () => true,
    destroy: onGone,
  }
}
