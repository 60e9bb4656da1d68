import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeLink, encodeLinkFragment, type InviteLink } from '#lib/workspace/invite-link'

const filled = (size: number, value: number) => new Uint8Array(size).fill(value) as never
const LINK: InviteLink = {
  workspaceId: filled(32, 1),
  invite: filled(32, 2),
  secret: filled(16, 3),
  card: undefined,
  origin: undefined,
}
const FRAGMENT =
  '1.AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE.AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI.AwMDAwMDAwMDAwMDAwMDAw'
const damaged = { ok: false, error: { type: 'damaged-link' } }

it('I1 has the text of version 1', () => {
  expect(encodeLinkFragment(LINK)).toBe(FRAGMENT)
})

it.each([FRAGMENT, `#${FRAGMENT}`, `https://waxwing.example/join#${FRAGMENT}`, ` ${FRAGMENT}\n`])(
  'I1 reads %j',
  (text) => {
    expect(decodeLink(text)).toEqual({ ok: true, value: LINK })
  },
)

it('I1 carries a card, and where the mailbox is', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 })
  const origins = fc.constantFrom(undefined, 'https://relay.example', 'http://localhost:8080', 'http://[::1]:1234')
  fc.assert(
    fc.property(fc.option(bytes, { nil: undefined }), origins, (card, origin) => {
      const link = { ...LINK, card, origin }
      expect(decodeLink(`https://x.example/join#${encodeLinkFragment(link)}`)).toEqual({ ok: true, value: link })
    }),
  )
})

it('I1 tells a link of a later version from a damaged one', () => {
  expect(decodeLink(`#2${FRAGMENT.slice(1)}`)).toEqual({ ok: false, error: { type: 'newer-link' } })
  expect(decodeLink('12.anything@at.all')).toEqual({ ok: false, error: { type: 'newer-link' } })
})

it('I1 refuses a link that was cut off anywhere', () => {
  for (let length = 0; length < FRAGMENT.length; length++)
    expect(decodeLink(FRAGMENT.slice(0, length))).toEqual(damaged)
})

it.each([
  '',
  '#',
  '1...',
  `${FRAGMENT}.`,
  `${FRAGMENT}.A`,
  `${FRAGMENT}.AA.AA`,
  `${FRAGMENT}@`,
  `${FRAGMENT}@javascript:alert(1)`,
  `${FRAGMENT}@https://a/b`,
  `${FRAGMENT}@https://a@https://b`,
  `0${FRAGMENT.slice(1)}`,
  FRAGMENT.replace('A', '!'),
  `1.${FRAGMENT}`,
])('I1 refuses %j', (text) => {
  expect(decodeLink(text)).toEqual(damaged)
})

it('I1 survives any text', () => {
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => void decodeLink(text)))
  expect(decodeLink('x'.repeat(10_000))).toEqual(damaged)
})
