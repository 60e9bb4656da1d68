/** UTF-8 text without its mark, or `undefined` for bytes that are none, UTF-16 and anything binary too. */
export function decodeText(bytes: Uint8Array): string | undefined {
  return decodeAs('utf-8', bytes)
}

/** A web page says in its head in which letters it is written; without a word about it, it is UTF-8. */
export function decodeHtml(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeAs('utf-16le', bytes)
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 2048))
  const [, charset] = /<meta\b[^>]{0,200}\bcharset\s*=\s*["']?\s*([\w.:-]{1,40})/i.exec(head) ?? []
  return decodeText(bytes) ?? (charset ? decodeAs(charset, bytes) : undefined)
}

function decodeAs(charset: string, bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder(charset, { fatal: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined // reason: neither bytes nor the name of an encoding are ours
  }
}
