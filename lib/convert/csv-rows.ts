/** What stands in a file of values, in rows. */
export interface CsvRows {
  /** As many as were asked for. */
  readonly rows: readonly (readonly string[])[]
  /** Rows beyond those. */
  readonly more: number
}

const PARTING = [',', ';', '\t'] as const

/**
 * Reads values parted by commas (RFC 4180), or by semicolons or tabs, as spreadsheets write them: whichever the first row has
 * most. Any text is read, in one pass; rows without a word are left out. `most`: rows that are kept, by the values of the widest.
 */
export function readCsv(text: string, most: (columns: number) => number): CsvRows {
  const rows: string[][] = []
  const parting = partingOf(text)
  const rest = new RegExp(`[^${parting}\\r\\n]*`, 'y')
  let more = 0
  let widest = 0
  let row: string[] = []
  const endRow = () => {
    if (row.some((value) => value.trim() !== '')) {
      const columns = Math.max(widest, row.length)
      if (more === 0 && rows.length < most(columns)) {
        rows.push(row)
        widest = columns
      } else more++
    }
    row = []
  }
  for (let at = 0; at < text.length; ) {
    const { value, end } = readValue(text, at, rest)
    row.push(value)
    at = end
    if (text[at] === parting) {
      at++
      if (at === text.length) row.push('')
      continue
    }
    if (text[at] === '\r') at++
    if (text[at] === '\n') at++
    endRow()
  }
  endRow()
  return { rows, more }
}

/** A value in quotes may hold anything; two quotes in it are one. What stands behind its end, up to where `rest` ends, belongs to it, too. */
function readValue(text: string, start: number, rest: RegExp): { readonly value: string; readonly end: number } {
  let value = ''
  let at = start
  while (text[at] === '"') {
    const close = text.indexOf('"', at + 1)
    const end = close < 0 ? text.length : close
    value += (at > start ? '"' : '') + text.slice(at + 1, end)
    at = end + 1
  }
  rest.lastIndex = Math.min(at, text.length)
  value += rest.exec(text)?.[0] ?? ''
  return { value: value.replace(/\r\n?/g, '\n'), end: rest.lastIndex }
}

function partingOf(text: string): string {
  const [first = ''] = text
    .slice(0, 10_000)
    .replace(/"[^"]*"/g, '')
    .split(/[\r\n]/, 1)
  const countOf = (sign: string) => first.split(sign).length
  return PARTING.reduce((best, sign) => (countOf(sign) > countOf(best) ? sign : best))
}
