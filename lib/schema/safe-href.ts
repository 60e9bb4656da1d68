const MAX_HREF_LENGTH = 4096

/** Spaces and control characters: browsers drop some of them, so that "java\tscript:" would run. */
const hasUnsafeCharacter = (text: string): boolean => {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code <= 0x20 || code === 0x7f || (code >= 0x80 && code <= 0xa0)) return true
  }
  return false
}

/**
 * The link target that may be rendered: http, https, mailto, or a fragment of this app; `undefined` for anything else.
 * `value` is whatever an editor wrote into the document, so any type and any text is safe here.
 */
export function safeHref(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_HREF_LENGTH || hasUnsafeCharacter(value)) return undefined
  return /^(https?:\/\/[^/\\]|mailto:[^/\\]|#)/i.test(value) ? value : undefined
}
