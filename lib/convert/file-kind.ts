/** What a chosen file is read as. */
export type FileKind = 'markdown' | 'text' | 'html' | 'docx' | 'csv' | 'zip'

const KINDS: Readonly<Record<string, FileKind>> = {
  md: 'markdown',
  markdown: 'markdown',
  txt: 'text',
  text: 'text',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  docx: 'docx',
  csv: 'csv',
  tsv: 'csv',
  zip: 'zip',
}

const MEGABYTE = 1_048_576

/** The largest file of each kind that is read, in megabytes; web pages, archives and Word files hold pictures, too. */
const LIMIT_MEGABYTES: Readonly<Record<FileKind, number>> = {
  markdown: 12,
  text: 12,
  html: 72,
  docx: 64,
  csv: 12,
  zip: 256,
}

const endingOf = (name: string): string => /\.([^./\\]{1,12})$/.exec(name)?.[1]?.toLowerCase() ?? ''

/** By the ending of its name; `undefined` for a file that no page is made from. */
export function fileKind(name: string): FileKind | undefined {
  const ending = endingOf(name)
  return Object.hasOwn(KINDS, ending) ? KINDS[ending] : undefined
}

/** Whether so many bytes are more than a file of that name may have; one of an unknown kind is read as text. */
export function excessOf(name: string, bytes: number): { readonly limitMegabytes: number } | undefined {
  const limitMegabytes = LIMIT_MEGABYTES[fileKind(name) ?? 'text']
  return bytes > limitMegabytes * MEGABYTE ? { limitMegabytes } : undefined
}

/** A file's name without its ending. */
export const stemOf = (name: string): string => (fileKind(name) ? name.replace(/\.[^.]*$/, '') : name)

export const isImage = (name: string): boolean =>
  /^(png|jpe?g|gif|webp|svg|avif|bmp|tiff?|heic|ico)$/.test(endingOf(name))
