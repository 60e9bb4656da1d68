import { DOMParser, type ParseRule, type Schema } from 'prosemirror-model'
import { tidyHtml } from '#lib/convert/tidy-html'
import type { MarkName } from '#lib/schema/schema'

/** Reads elements of anybody's HTML, made inert by inertHtml, as nodes: structure and marks, never styles. */
export function createHtmlParser(schema: Schema): DOMParser {
  const parser = new DOMParser(schema, [...styleRules(schema), ...DOMParser.fromSchema(schema).rules])
  const parse = parser.parse.bind(parser)
  const parseSlice = parser.parseSlice.bind(parser)
  parser.parse = (dom, options) => parse(tidied(dom), options)
  parser.parseSlice = (dom, options) => parseSlice(tidied(dom), options)
  return parser
}

function tidied<Dom extends Node>(dom: Dom): Dom {
  if (dom instanceof Element || dom instanceof DocumentFragment) tidyHtml(dom)
  return dom
}

/** Word processors write styles where others write elements; inertHtml has renamed the attribute. */
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
