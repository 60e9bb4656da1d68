import type { DOMOutputSpec, MarkSpec } from 'prosemirror-model'
import type { ElementLike } from '#lib/schema/element-like'
import { safeHref } from '#lib/schema/safe-href'

/**
 * Marks exclude only themselves: two people may set two marks at once, and a pair that excluded each other would be an
 * invalid text for everyone.
 */

const tagMark = (tag: string, ...also: string[]): MarkSpec => ({
  parseDOM: [tag, ...also].map((name) => ({ tag: name })),
  toDOM: (): DOMOutputSpec => [tag, 0],
})

const link: MarkSpec = {
  attrs: { href: { default: '' } },
  inclusive: false,
  parseDOM: [
    {
      tag: 'a[href]',
      getAttrs: (element: ElementLike) => {
        const href = safeHref(element.getAttribute('href'))
        return href === undefined ? false : { href }
      },
    },
  ],
  toDOM: (mark): DOMOutputSpec => {
    const href = safeHref(mark.attrs.href)
    if (href === undefined) return ['span', { class: 'refused-link' }, 0]
    if (href.startsWith('#')) return ['a', { href }, 0]
    return ['a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, 0]
  },
}

/** Outermost first, so that a link is one element across changes of style inside it. */
export const marks = {
  link,
  bold: tagMark('strong', 'b'),
  italic: tagMark('em', 'i'),
  underline: tagMark('u'),
  strike: tagMark('s', 'del', 'strike'),
  highlight: tagMark('mark'),
  /** A formula in TeX. */
  math: {
    code: true,
    inclusive: false,
    parseDOM: [{ tag: 'span[data-math]' }],
    toDOM: (): DOMOutputSpec => ['span', { class: 'math', 'data-math': '' }, 0],
  },
  code: { ...tagMark('code'), code: true, inclusive: false },
} satisfies Record<string, MarkSpec>
