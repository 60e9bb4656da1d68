import { expect, it } from 'vitest'
import { utf8 } from '#lib/base/bytes'
import { pictureType } from '#lib/files/picture-type'

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

it.each([
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff\xe0', 'image/jpeg'],
  ['GIF89a', 'image/gif'],
  ['RIFF\x00\x00\x00\x00WEBP', 'image/webp'],
  ['\x00\x00\x00\x1cftypavif', 'image/avif'],
  ['BM', 'image/bmp'],
])('F1 knows a picture by how it begins: %j', (head, type) => {
  expect(pictureType(bytes(head))).toBe(type)
})

it.each([
  '',
  '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
  '<!DOCTYPE html><script>alert(1)</script>',
  'RIFF\x00\x00\x00\x00WAVE',
  '%PDF-1.7',
  '\x00\x00\x00\x1cftypmp42',
])('attack 58 F1 shows nothing else as a picture: %j', (text) => {
  expect(pictureType(utf8(text))).toBeUndefined()
})
