import type { Node } from 'prosemirror-model'
import { NodeSelection } from 'prosemirror-state'
import type { EditorView, NodeView } from 'prosemirror-view'
import type { FileWords } from '#lib/editor/file-words'
import { followFile } from '#lib/editor/followed-file'
import type { FileState, PageFiles } from '#lib/editor/page-files'
import { allowedWidth, PICTURE_STEP } from '#lib/editor/picture-commands'
import { FULL_WIDTH, LEAST_WIDTH, pictureSize, pictureWidth } from '#lib/schema/file-nodes'

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -PICTURE_STEP,
  ArrowDown: -PICTURE_STEP,
  ArrowRight: PICTURE_STEP,
  ArrowUp: PICTURE_STEP,
}

/**
 * A picture on screen with its caption below and a grip that makes it wider. The image shows bytes of this tab and nothing
 * else; until they came a calm sentence stands in its room. Sizes go through the CSS object model (strict CSP).
 */
export function createPictureView(
  node: Node,
  view: EditorView,
  position: () => number | undefined,
  files: PageFiles | undefined,
  words: FileWords,
): NodeView {
  const dom = document.createElement('figure')
  dom.className = 'page-picture'
  const frame = dom.appendChild(document.createElement('div'))
  frame.className = 'picture-frame'
  frame.contentEditable = 'false'
  const image = frame.appendChild(document.createElement('img'))
  image.draggable = false
  image.decoding = 'async'
  const absence = frame.appendChild(document.createElement('p'))
  absence.className = 'file-absence'
  const grip = frame.appendChild(document.createElement('button'))
  grip.type = 'button'
  grip.className = 'picture-grip'
  grip.setAttribute('role', 'slider')
  grip.setAttribute('aria-label', words.pictureWidth)
  grip.setAttribute('aria-orientation', 'horizontal')
  grip.setAttribute('aria-valuemin', String(LEAST_WIDTH))
  grip.setAttribute('aria-valuemax', String(FULL_WIDTH))
  const contentDOM = dom.appendChild(document.createElement('div'))
  contentDOM.className = 'picture-caption'
  contentDOM.dataset.hint = words.caption
  let shown = node
  let followedFile: unknown

  const followed = followFile(files, showState)

  function showState(state: FileState, address: string | undefined): void {
    const isHere = address !== undefined
    image.hidden = !isHere
    absence.hidden = isHere
    if (isHere) image.src = address
    else {
      image.removeAttribute('src')
      absence.textContent = state.type === 'here' ? '' : words.state(state)
    }
  }
  image.addEventListener('error', () => {
    if (image.hasAttribute('src')) showState({ type: 'damaged' }, undefined)
  })

  function showWidth(width: number | undefined): void {
    const { width: across, height: down } = pictureSize(shown.attrs.pixels) ?? {}
    const own = across === undefined ? '' : `${across}px`
    frame.style.width = width === undefined ? own : `${width}%`
    frame.style.aspectRatio = across && down ? `${across} / ${down}` : ''
    const value = width ?? FULL_WIDTH
    grip.setAttribute('aria-valuenow', String(value))
    grip.setAttribute('aria-valuetext', `${value} %`)
  }

  function showAttributes(): void {
    const { alt, name } = shown.attrs
    image.alt = String(alt)
    dom.setAttribute('aria-label', [words.picture, String(alt) || String(name)].filter(Boolean).join(': '))
    dom.classList.toggle('is-captioned', shown.content.size > 2)
    showWidth(pictureWidth(shown.attrs.width))
    if (shown.attrs.file === followedFile) return
    followedFile = shown.attrs.file
    followed.follow(String(shown.attrs.file))
  }

  function select(): void {
    const at = position()
    if (at === undefined) return
    view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, at)))
    view.focus()
  }

  function setWidth(width: number): void {
    const at = position()
    if (at === undefined || !view.editable) return
    const tr = view.state.tr.setNodeAttribute(at, 'width', width)
    view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, at)).setMeta('separate', true))
  }

  /** Shows how wide it becomes while the grip is held, and writes it once. */
  function drag(event: PointerEvent): void {
    if (event.button !== 0 || !view.editable) return
    event.preventDefault()
    const room = dom.clientWidth
    const { left, width: before } = frame.getBoundingClientRect()
    const direction = getComputedStyle(dom).direction === 'rtl' ? -1 : 1
    const start = event.clientX
    let width: number | undefined
    const move = ({ clientX }: PointerEvent) => {
      if (room === 0 || Number.isNaN(left)) return
      width = allowedWidth(((before + direction * (clientX - start)) / room) * 100)
      showWidth(width)
    }
    const end = () => {
      grip.removeEventListener('pointermove', move)
      grip.removeEventListener('pointerup', end)
      grip.removeEventListener('pointercancel', end)
      if (width !== undefined) setWidth(width)
    }
    grip.setPointerCapture(event.pointerId)
    grip.addEventListener('pointermove', move)
    grip.addEventListener('pointerup', end)
    grip.addEventListener('pointercancel', end)
  }

  function step(event: KeyboardEvent): void {
    const by = STEPS[event.key]
    if (event.key === 'Escape') view.focus()
    else if (by === undefined) return
    else setWidth(allowedWidth((pictureWidth(shown.attrs.width) ?? FULL_WIDTH) + by))
    event.preventDefault()
    if (event.key !== 'Escape') grip.focus()
  }

  frame.addEventListener('mousedown', (event) => {
    if (event.target === grip || event.button !== 0) return
    event.preventDefault()
    select()
  })
  grip.addEventListener('pointerdown', drag)
  grip.addEventListener('keydown', step)
  showAttributes()

  return {
    dom,
    contentDOM,
    update(next) {
      if (next.type !== shown.type) return false
      shown = next
      showAttributes()
      return true
    },
    selectNode: () => dom.classList.add('is-selected'),
    deselectNode: () => dom.classList.remove('is-selected'),
    stopEvent: (event) => event.target === grip || (event.type === 'mousedown' && isIn(frame, event.target)),
    ignoreMutation: (mutation) => mutation.type !== 'selection' && !contentDOM.contains(mutation.target),
    destroy: () => followed.close(),
  }
}

const isIn = (element: Element, target: EventTarget | null): boolean =>
  target instanceof globalThis.Node && element.contains(target)
