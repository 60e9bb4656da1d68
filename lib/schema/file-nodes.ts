import type { DOMOutputSpec, Node, NodeSpec } from 'prosemirror-model'
import type { ElementLike } from '#lib/schema/element-like'

/**
 * Pictures and other files (protocol.md F1). `file` is the text by which a page names a sealed file: it is never an address,
 * and nothing that is drawn here loads anything. A caption is a node, so that people write in it together.
 */

export const LEAST_WIDTH = 10
export const FULL_WIDTH = 100

/** Per cent of the page's width, or `undefined` for a picture's own; for any value that an edit may carry. */
export function pictureWidth(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return undefined
  return value >= LEAST_WIDTH && value <= FULL_WIDTH ? value : undefined
}

const MAX_PIXELS = 65_535

/** "800x600" as numbers, or `undefined` for any value that says no size. */
export function pictureSize(value: unknown): { readonly width: number; readonly height: number } | undefined {
  const [, across, down] = (typeof value === 'string' && /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(value)) || []
  const [width, height] = [Number(across), Number(down)]
  return width > 0 && height > 0 && width <= MAX_PIXELS && height <= MAX_PIXELS ? { width, height } : undefined
}

const MAX_TEXT = 1000
const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, MAX_TEXT) : '')
const read = (element: ElementLike, name: string): string => textOf(element.getAttribute(`data-${name}`))

const image: NodeSpec = {
  attrs: {
    file: { default: '' },
    name: { default: '' },
    alt: { default: '' },
    /** Of the page's width, see {@link pictureWidth}. */
    width: { default: null },
    /** See {@link pictureSize}: the room it takes is known before it came. */
    pixels: { default: '' },
  },
  content: 'image_caption',
  group: 'block',
  draggable: true,
  isolating: true,
  defining: true,
  allowGapCursor: false,
  parseDOM: [
    {
      tag: 'figure[data-file]',
      getAttrs: (element: ElementLike) => ({
        file: read(element, 'file'),
        name: read(element, 'name'),
        alt: read(element, 'alt'),
        width: pictureWidth(Number(read(element, 'width'))) ?? null,
        pixels: read(element, 'pixels'),
      }),
    },
  ],
  toDOM: ({ attrs }: Node): DOMOutputSpec => {
    const width = pictureWidth(attrs.width)
    return [
      'figure',
      {
        'data-file': textOf(attrs.file),
        'data-name': textOf(attrs.name),
        'data-alt': textOf(attrs.alt),
        'data-pixels': textOf(attrs.pixels),
        ...(width === undefined ? {} : { 'data-width': String(width) }),
      },
      0,
    ]
  },
}

const imageCaption: NodeSpec = {
  content: 'inline*',
  defining: true,
  isolating: true,
  selectable: false,
  parseDOM: [{ tag: 'figure[data-file] > figcaption' }],
  toDOM: (): DOMOutputSpec => ['figcaption', { dir: 'auto' }, 0],
}

const file: NodeSpec = {
  attrs: { file: { default: '' }, name: { default: '' } },
  group: 'block',
  atom: true,
  draggable: true,
  parseDOM: [
    {
      tag: 'p[data-file]',
      priority: 60,
      getAttrs: (element: ElementLike) => ({ file: read(element, 'file'), name: read(element, 'name') }),
    },
  ],
  toDOM: ({ attrs }: Node): DOMOutputSpec => [
    'p',
    { 'data-file': textOf(attrs.file), 'data-name': textOf(attrs.name) },
    textOf(attrs.name),
  ],
}

export const fileNodes = { image, image_caption: imageCaption, file } satisfies Record<string, NodeSpec>
