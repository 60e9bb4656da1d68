import type { Node } from 'prosemirror-model'
import type { NodeView } from 'prosemirror-view'
import type { FileWords } from '#lib/editor/file-words'
import { followFile, saveFile } from '#lib/editor/followed-file'
import type { PageFiles } from '#lib/editor/page-files'
import { fileName } from '#lib/files/file-name'
import { decodeFileReference } from '#lib/files/file-reference'

/** A file on screen: its name, its size, and a button that fetches and saves it. Nothing opens it here. */
export function createFileView(node: Node, files: PageFiles | undefined, words: FileWords): NodeView {
  const dom = document.createElement('div')
  dom.className = 'page-file'
  dom.contentEditable = 'false'
  const name = dom.appendChild(document.createElement('span'))
  name.className = 'page-file-name'
  name.dir = 'auto'
  const size = dom.appendChild(document.createElement('span'))
  size.className = 'page-file-size'
  const said = dom.appendChild(document.createElement('span'))
  said.className = 'page-file-state'
  said.setAttribute('role', 'status')
  const button = dom.appendChild(document.createElement('button'))
  button.type = 'button'
  button.className = 'page-file-download'
  button.textContent = words.download
  let shown = node
  let isWanted = false

  const called = () => fileName(shown.attrs.name) || words.unnamed
  const followed = followFile(files, (state, address) => {
    said.textContent = state.type === 'here' ? '' : words.state(state)
    if (address === undefined || !isWanted) return
    isWanted = false
    saveFile(address, called())
  })

  function show(): void {
    const reference = decodeFileReference(shown.attrs.file)
    name.textContent = called()
    size.textContent = reference ? words.size(reference.size) : ''
    button.setAttribute('aria-label', `${words.download} ${called()}`)
  }

  button.addEventListener('click', () => {
    isWanted = true
    followed.follow(String(shown.attrs.file))
  })
  show()

  return {
    dom,
    update(next) {
      if (next.type !== shown.type) return false
      shown = next
      show()
      return true
    },
    selectNode: () => dom.classList.add('is-selected'),
    deselectNode: () => dom.classList.remove('is-selected'),
    stopEvent: (event) => event.target === button,
    ignoreMutation: () => true,
    destroy: () => followed.close(),
  }
}
