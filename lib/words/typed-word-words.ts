import type { UnknownWord } from '#lib/session/typed-words'

/** While words are typed: one that is none of the list. */
export const unknownWordWords = ({ word, place }: UnknownWord): string =>
  `“${word}”, the ${ordinal(place)}, is none of the words: a letter may be wrong.`

const ordinal = (place: number): string =>
  `${place}${
    new Map([
      ['one', 'st'],
      ['two', 'nd'],
      ['few', 'rd'],
    ]).get(new Intl.PluralRules('en', { type: 'ordinal' }).select(place)) ?? 'th'
  }`
