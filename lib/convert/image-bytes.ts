/** The bytes of an image that stands in an address (`data:`) itself; `undefined` for any other address, and for damaged text. */
export function imageBytes(address: string): Uint8Array<ArrayBuffer> | undefined {
  const [head] = /^data:image\/[a-z0-9.+-]{1,40};base64,/i.exec(address) ?? []
  if (head === undefined) return undefined
  try {
    return Uint8Array.from(atob(address.slice(head.length)), (letter) => letter.charCodeAt(0))
  } catch {
    return undefined // reason: atob reports damage by throwing
  }
}
