import { describe, expect, it } from 'vitest'
import { fileAttributes, pictureAttributes } from '#lib/convert/enclosed-files'

describe('F1 the name of an enclosed file', () => {
  it('is cut before a sign, never within one', () => {
    const long = `${'🗺'.repeat(300)}.png`
    const cut = `${'🗺'.repeat(196)}.png`
    expect(pictureAttributes(0, `a/${long}`, '').name).toBe(cut)
    expect(fileAttributes(0, `a/${long}`, '').name).toBe(cut)
    expect(fileAttributes(0, 'a/map.png', `x${long}`).name).toBe(cut)
  })
})
