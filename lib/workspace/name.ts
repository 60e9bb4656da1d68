import { type Format, textWhere } from '#lib/protocol/format'

/** UTF-16 code units in the name of a person or a workspace. */
const MAX_NAME_LENGTH = 100

/** Whether a text can be a name: at most 100 characters, no control or bidirectional override characters. */
const isName = (text: string): boolean =>
  text.length <= MAX_NAME_LENGTH && !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text)

/** A name; '' says that there is none yet. */
export const nameFormat: Format<string> = textWhere(3 * MAX_NAME_LENGTH, isName)
