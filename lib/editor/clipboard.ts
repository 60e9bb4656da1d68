import { unwrapListSlice } from 'prosemirror-flat-list'
import { DOMParser, DOMSerializer, Fragment, type Node, type ParseRule, type Schema, Slice } from 'prosemirror-model'
import { Plugin } from 'prosemirror-state'
import { MAX_NESTING, setLink } from '#lib/editor/commands'
import { hrefFrom } from '#lib/editor/links'
import { plainText } from '#lib/editor/plain-text'
import type { MarkName } from '#lib/schema/schema'

/**
 * What is copied leaves as plain lists that other programs read; what is pasted comes in as structure and marks, never
 * as somebody's styles, and never nested deeper than commands nest. A pasted address becomes a link.
 */
export function createClipboard(schema: Schema): Plugin {
  return new Plugin({
    props: {
      clipboardParser: createParser(schema),
      clipboardSerializer: createSerializer(schema),
      clipboardTextSerializer: plainText,
      transformCopied: unwrapListSlice,
      transformPastedHTML: withoutStyles,
      transformPasted: (slice) => flattenDeep(slice, schema),
      handlePaste(view, event) {
        const text = event.clipboardData?.getData('text/plain').trim() ?? ''
        const { $from, $to } = view.state.selection
        if (!/^(https?:\/\/|mailto:)\S+$/i.test(text) || hrefFrom(text) === undefined || !$from.sameParent($to))
          return false
        return setLink(text)(view.state, view.dispatch)
      },
    },
  })
}

/** Word processors write styles where others write elements; {@link withoutStyles} has renamed the attribute. */
function styleRules(schema: Schema): ParseRule[] {
  const styled = (mark: MarkName, pattern: RegExp): ParseRule => ({
    tag: '[data-style]',
    mark: schema.marks[mark]?.name ?? mark,
    consuming: false,
    getAttrs: (element) => pattern.test(element.getAttribute('data-style') ?? '') && null,
  })
  return [
    // Google Docs wraps everything in a bold element that is not bold.
    { tag: 'b', skip: true, getAttrs: (element) => NOT_BOLD.test(element.getAttribute('data-style') ?? '') && null },
    styled('bold', /font-weight:\s*(bold|[6-9]00)/i),
    styled('italic', /font-style:\s*italic/i),
    styled('underline', /text-decoration[a-z-]*:[^;]*underline/i),
    styled('strike', /text-decoration[a-z-]*:[^;]*line-through/i),
  ]
}

const NOT_BOLD = /font-weight:\s*(normal|[1-4]00)/i

/**
 * A strict CSP refuses style attributes even in a document that is only parsed, so they are renamed before. What could run
 * or load becomes an `object`, whose content ProseMirror leaves out.
 */
const withoutStyles = (html: string): string =>
  html.replace(/<(\/?)([a-z]+)\b([^>]*)>/gi, (tag, slash: string, name: string, attributes: string) => {
    if (/^(img|link|meta|embed|base)$/i.test(name)) return ''
    if (/^(script|style|iframe|svg|video|audio)$/i.test(name)) return `<${slash}object>`
    if (slash) return tag
    return `<${name}${attributes.replace(/(^|[\s"'/])style\s*=/gi, '$1data-style=').replace(/(^|[\s"'/])on[a-z]+\s*=/gi, '$1data-was=')}>`
  })

function createParser(schema: Schema): DOMParser {
  const parser = new DOMParser(schema, [...styleRules(schema), ...DOMParser.fromSchema(schema).rules])
  const parseSlice = parser.parseSlice.bind(parser)
  parser.parseSlice = (dom, options) => {
    if (dom instanceof Element || dom instanceof DocumentFragment) {
      nestLists(dom)
      unwrapLayout(dom)
    }
    return parseSlice(dom, options)
  }
  return parser
}

/** A list that stands beside its item, as word processors write it, goes into the item. */
function nestLists(dom: Element | DocumentFragment): void {
  for (const list of dom.querySelectorAll(':is(ul, ol) > :is(ul, ol)')) {
    if (list.previousElementSibling?.tagName === 'LI') list.previousElementSibling.append(list)
  }
}

/** A table of one column, or one around other tables, only lays something out: what is in it comes in without it. */
function unwrapLayout(dom: Element | DocumentFragment): void {
  for (const table of dom.querySelectorAll('table')) {
    const rows = [...table.querySelectorAll('tr')]
    if (!table.querySelector('table') && rows.some((row) => row.children.length > 1)) continue
    const cells = rows.filter((row) => row.closest('table') === table).flatMap((row) => [...row.children])
    const box = (cell: Element) => {
      const made = cell.ownerDocument.createElement('div')
      made.append(...cell.childNodes)
      return made
    }
    table.replaceWith(...cells.map(box))
  }
}

function createSerializer(schema: Schema): DOMSerializer {
  const serializer = new DOMSerializer(
    {
      ...DOMSerializer.nodesFromSchema(schema),
      list: ({ attrs }) => {
        if (attrs.kind === 'ordered') return ['ol', ['li', attrs.order === null ? {} : { value: attrs.order }, 0]]
        if (attrs.kind !== 'task') return ['ul', ['li', 0]]
        return [
          'ul',
          [
            'li',
            ['input', attrs.checked === true ? { type: 'checkbox', checked: '' } : { type: 'checkbox' }],
            ['div', 0],
          ],
        ]
      },
    },
    DOMSerializer.marksFromSchema(schema),
  )
  const serialize = serializer.serializeFragment.bind(serializer)
  serializer.serializeFragment = (fragment, options, target) => {
    const result = serialize(fragment, options, target)
    joinLists(result)
    return result
  }
  return serializer
}

/** Makes one list element of each row of items. */
function joinLists(parent: Element | DocumentFragment): void {
  for (let child = parent.firstElementChild; child; child = child.nextElementSibling) {
    if (child.tagName === 'UL' || child.tagName === 'OL') {
      for (let next = child.nextElementSibling; next?.tagName === child.tagName; next = child.nextElementSibling) {
        child.append(...next.childNodes)
        next.remove()
      }
    }
    joinLists(child)
  }
}

function flattenDeep(slice: Slice, schema: Schema): Slice {
  if (depthOf(slice.content) <= MAX_NESTING) return slice
  const blocks: Node[] = []
  slice.content.descendants((node) => {
    if (!node.isTextblock) return true
    blocks.push(node)
    return false
  })
  const filler = schema.topNodeType.createAndFill()
  return new Slice(blocks.length > 0 ? Fragment.from(blocks) : (filler?.content ?? Fragment.empty), 0, 0)
}

function depthOf(content: Fragment): number {
  let deepest = 0
  content.forEach((node) => {
    deepest = Math.max(deepest, 1 + depthOf(node.content))
  })
  return deepest
}
