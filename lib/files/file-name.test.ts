import { expect, it } from 'vitest'
import { fileName } from '#lib/files/file-name'

it.each([
  ['Plan for June.pdf', 'Plan for June.pdf'],
  ['../../etc/passwd', 'etcpasswd'],
  ['C:\\temp\\a.txt', 'Ctempa.txt'],
  ['.htaccess', 'htaccess'],
  ['invoice\u202excod.exe', 'invoicexcod.exe'],
  ['a\u0000b\nc.png', 'abc.png'],
  ['  . ', ''],
  [`${'x'.repeat(300)}.tar`, `${'x'.repeat(116)}.tar`],
  [undefined, ''],
  [['x'], ''],
])('attack 58 F1 makes a name that may be shown and saved: %j', (given, name) => {
  expect(fileName(given)).toBe(name)
})
