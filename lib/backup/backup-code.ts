import type { Random } from '#lib/base/random'

/** Crockford's base32: no letter that is taken for another. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE_BYTES = 20
const GROUP = 4

/** A fresh code of 160 random bits for a person to keep: eight groups of four letters. */
export function createBackupCode(random: Random): string {
  return groupsOf(lettersOf(random.bytes(CODE_BYTES))).join('-')
}

/** The 20 bytes of a code as a person typed it, or `undefined`; case, spaces and dashes do not matter, nor O for 0 and I or L for 1. */
export function backupCodeBytes(typed: string): Uint8Array | undefined {
  const letters = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
  if (letters.length !== (CODE_BYTES * 8) / 5) return undefined
  const out = new Uint8Array(CODE_BYTES)
  for (let i = 0; i < letters.length; i++) {
    const value = ALPHABET.indexOf(letters[i] ?? '')
    if (value < 0) return undefined
    for (let bit = 0; bit < 5; bit++) {
      const at = i * 5 + bit
      if (value & (16 >> bit)) out[at >> 3] = (out[at >> 3] ?? 0) | (128 >> (at & 7))
    }
  }
  return out
}

function lettersOf(bytes: Uint8Array): string {
  let letters = ''
  for (let at = 0; at < bytes.length * 8; at += 5) {
    let value = 0
    for (let bit = at; bit < at + 5; bit++) value = value * 2 + (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1)
    letters += ALPHABET[value]
  }
  return letters
}

const groupsOf = (letters: string): string[] => letters.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []
