/** A name for a page's file that every file system takes, of at most 80 characters before its ending, such as 'md'; '' for none. */
export function safeFileName(title: string, ending: string): string {
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
  return `${isReserved ? `${short}_` : short || 'Untitled'}${ending && `.${ending}`}`
}
