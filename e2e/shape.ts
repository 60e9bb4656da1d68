import type { Person } from './person'

/**
 * What stands on the page on screen, a line for each block: "h2 Title", "[x] done", "> said", "js| code", "| cell | cell |". What is nested
 * is indented by two spaces; styles and links stand as tags.
 */
export function shape(person: Person): Promise<readonly string[]> {
  return person.body.evaluate((page) => {
    const inline = (node: Node): string => {
      if (node instanceof Text) return node.data
      if (!(node instanceof HTMLElement) || node.className.startsWith('ProseMirror-')) return ''
      const inside = [...node.childNodes].map(inline).join('')
      const name = node.tagName.toLowerCase()
      if (name === 'br') return '⏎'
      if (name === 'span') return inside
      return name === 'a' ? `<a ${node.getAttribute('href')}>${inside}</a>` : `<${name}>${inside}</${name}>`
    }
    const text = (block: Element) => [...block.childNodes].map(inline).join('')
    const cellText = (cell: Element) => [...cell.children].map(text).join('⏎')
    const lines = (parent: Element): string[] => {
      let number = 0
      return [...parent.children].flatMap((block) => {
        const kind = block.getAttribute('data-list-kind')
        number =
          kind === 'ordered' ? (number === 0 ? Number(block.getAttribute('data-list-order') ?? 1) : number + 1) : 0
        if (kind) {
          const ticked = block.hasAttribute('data-list-checked') ? '[x] ' : '[ ] '
          const sign = kind === 'task' ? ticked : kind === 'ordered' ? `${number}. ` : '- '
          const [first = '', ...rest] = lines(block.querySelector(':scope > .list-content') ?? block)
          return [sign + first, ...rest.map((line) => `  ${line}`)]
        }
        if (block.tagName === 'BLOCKQUOTE') return lines(block).map((line) => `> ${line}`)
        if (block.tagName === 'HR') return ['---']
        if (block.matches('.table-frame')) {
          return [...block.querySelectorAll('tr')].map((row) => `| ${[...row.children].map(cellText).join(' | ')} |`)
        }
        if (block.tagName !== 'PRE')
          return [block.tagName === 'P' ? text(block) : `${block.tagName.toLowerCase()} ${text(block)}`]
        return (block.textContent ?? '')
          .split('\n')
          .map((line) => `${block.getAttribute('data-language') ?? ''}| ${line}`)
      })
    }
    return lines(page)
  })
}
