import type MarkdownIt from 'markdown-it'
import { MarkdownParser } from 'prosemirror-markdown'
import { createArchiveTokenizer } from '#lib/convert/archive-tokens'
import type { FileAttributes, PictureAttributes } from '#lib/convert/enclosed-files'
import { type CellMeta, createTokenizer, type ItemMeta } from '#lib/convert/markdown-tokens'
import { codeLanguage } from '#lib/schema/block-nodes'
import { FORMULA_LANGUAGE } from '#lib/schema/formula'
import type { Mention } from '#lib/schema/mention-node'
import { schema } from '#lib/schema/schema'

const TOKENS: MarkdownParser['tokens'] = {
  paragraph: { block: 'paragraph' },
  heading: { block: 'heading', getAttrs: (token) => ({ level: Math.min(Number(token.tag.slice(1)), 4) }) },
  blockquote: { block: 'blockquote' },
  callout: { block: 'callout', getAttrs: ({ meta }) => meta as { tone: string } },
  table: { block: 'table' },
  thead: { ignore: true },
  tbody: { ignore: true },
  tr: { block: 'table_row' },
  th: { block: 'table_cell', getAttrs: ({ meta }) => ({ ...(meta as CellMeta) }) },
  td: { block: 'table_cell', getAttrs: ({ meta }) => ({ ...(meta as CellMeta) }) },
  bullet_list: { ignore: true },
  ordered_list: { ignore: true },
  list_item: { block: 'list', getAttrs: ({ meta }) => ({ ...(meta as ItemMeta), collapsed: false }) },
  code_block: { block: 'code_block', noCloseToken: true },
  fence: {
    block: 'code_block',
    noCloseToken: true,
    getAttrs: (token) => ({ language: codeLanguage(token.info.trim().split(/\s/)[0]) }),
  },
  hr: { node: 'horizontal_rule' },
  hardbreak: { node: 'hard_break' },
  date: { node: 'date', getAttrs: ({ content }) => ({ value: content }) },
  contents: { node: 'contents' },
  picture: { node: 'image', getAttrs: ({ meta }) => ({ ...(meta as PictureAttributes) }) },
  figure: { block: 'image', getAttrs: ({ meta }) => ({ ...(meta as PictureAttributes) }) },
  caption: { block: 'image_caption' },
  file: { node: 'file', getAttrs: ({ meta }) => ({ ...(meta as FileAttributes) }) },
  mention: { node: 'mention', getAttrs: ({ meta }) => ({ ...(meta as Mention) }) },
  strong: { mark: 'bold' },
  em: { mark: 'italic' },
  s: { mark: 'strike' },
  underline: { mark: 'underline' },
  code_inline: { mark: 'code', noCloseToken: true },
  code_tag: { mark: 'code' },
  math_inline: { mark: 'math', noCloseToken: true },
  math: { mark: 'math' },
  math_block: { block: 'code_block', noCloseToken: true, getAttrs: () => ({ language: FORMULA_LANGUAGE }) },
  highlight: { mark: 'highlight' },
  link: { mark: 'link', getAttrs: (token) => ({ href: token.attrGet('href') }) },
}

/** Markdown text to nodes of the page schema. Made once: its patterns take longer to build than a page to read. */
export const markdownParser = parserOf(createTokenizer())

/** Reads files that call each other: links and `[[names]]` are led by the `links` of the reading's notes. */
export const createArchiveParser = (): MarkdownParser => parserOf(createArchiveTokenizer())

function parserOf(tokenizer: MarkdownIt): MarkdownParser {
  return new MarkdownParser(schema, tokenizer, TOKENS)
}
