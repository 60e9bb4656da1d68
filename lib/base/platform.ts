/** The few platform names that exist in every browser, worker and Node, typed here so that the core needs no DOM types. */
interface Utf8Platform {
  readonly TextEncoder: new () => { encode(text: string): Uint8Array }
  readonly TextDecoder: new (
    label: 'utf-8',
    options: { fatal: boolean; ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string }
}

export const { TextEncoder: Utf8Encoder, TextDecoder: Utf8Decoder } = globalThis as unknown as Utf8Platform

/** Bytes of a platform that writes them in hexadecimal by itself, which is many times faster. */
export type HexBytes = Uint8Array & { toHex(): string }

export const hasHex = 'toHex' in Uint8Array.prototype
