/** The bytes of an image that stands in an address (`data:`) itself; `undefined` for any other address, and for damaged text. */
export function imageBytes(address: string): Uint8Array<ArrayBuffer> | undefined {
  const [head] = /^data:image\/[a-z0-9.+-]{1,40};base64,/i.exec(address) ?? []
  if (head === undefined) return undefined
  try {
    return bytesOf(atob(address.slice(head.length)))
  } catch {
    return undefined // reason: atob reports damage by throwing
  }
}

/** A letter each; one by one, since `Uint8Array.from` takes thirty times as long for a photo. */
function bytesOf(letters: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(letters.length)
  for (let at = 0; at < bytes.length; at++) bytes[at] = letters.charCodeAt(at)
  return bytes
}
