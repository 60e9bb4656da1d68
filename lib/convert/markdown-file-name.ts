/** A name for the page's Markdown file that every file system takes, at most 84 characters. */
export function markdownFileName(title: string): string {
  const name = title
    .normalize('NFC')
    .replace(/[\\/:*?"<>|\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.]+/, '')
  const short = [...name]
    .slice(0, 80)
    .join('')
    .replace(/[\s.]+$/, '')
  const isReserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(short)
  return `${isReserved ? `${short}_` : short || 'Untitled'}.md`
}
