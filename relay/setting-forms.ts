/**
 * How values are written in the environment. Every form has one sentence that says what is right, so that a wrong value is
 * answered by it and never repeated.
 */
import * as v from 'valibot'
import type { Rate } from '#relay/token-bucket'

type Form<T> = v.GenericSchema<string, T>

const KIB = 1024
const UNIT_BYTES: Readonly<Record<string, number>> = { B: 1, KiB: KIB, MiB: KIB ** 2, GiB: KIB ** 3, TiB: KIB ** 4 }
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** A text that `read` makes something of; `undefined` is answered by `rule`. */
function form<T>(rule: string, read: (text: string) => T | undefined): Form<T> {
  return v.pipe(
    v.string(rule),
    v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
      const value = read(dataset.value.trim())
      if (value !== undefined) return value
      addIssue({ message: rule })
      return NEVER
    }),
  )
}

function amount(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits, unit] = /^(\d{1,15})([a-zA-Z]+)$/.exec(text) ?? []
  const factor = unit === undefined || !Object.hasOwn(units, unit) ? undefined : units[unit]
  return factor === undefined ? undefined : Number(digits) * factor
}

const within = (value: number | undefined, least: number, most: number): number | undefined =>
  value !== undefined && value >= least && value <= most ? value : undefined

/** `1500` */
export const count = (least: number, most: number): Form<number> =>
  form(`must be a whole number from ${least} to ${most}`, (text) =>
    /^\d{1,15}$/.test(text) ? within(Number(text), least, most) : undefined,
  )

/** `512KiB`, in bytes. `least` and `most` are written in the same way. */
export const size = (least: string, most: string): Form<number> =>
  form(`must be a size from ${least} to ${most}, written like 512KiB, 64MiB or 4GiB`, (text) =>
    within(amount(text, UNIT_BYTES), amount(least, UNIT_BYTES) ?? 0, amount(most, UNIT_BYTES) ?? 0),
  )

/** `90s`, in seconds. */
export const time = (least: string, most: string): Form<number> =>
  form(`must be a time from ${least} to ${most}, written like 90s, 15m, 12h or 180d`, (text) =>
    within(amount(text, UNIT_SECONDS), amount(least, UNIT_SECONDS) ?? 0, amount(most, UNIT_SECONDS) ?? 0),
  )

/** `64GiB` in bytes, or `off`, which is infinite. */
export const sizeOrOff = (least: string, most: string): Form<number> => {
  const known = size(least, most)
  return form(`must be off, or a size from ${least} to ${most}, written like 64GiB`, (text) => {
    const read = v.safeParse(known, text)
    return text === 'off' ? Number.POSITIVE_INFINITY : read.success ? read.output : undefined
  })
}

/** `180d` in seconds, or `off`, which is infinite. */
export const timeOrOff = (least: string, most: string): Form<number> => {
  const known = time(least, most)
  return form(`must be off, or a time from ${least} to ${most}, written like 180d`, (text) => {
    const read = v.safeParse(known, text)
    return text === 'off' ? Number.POSITIVE_INFINITY : read.success ? read.output : undefined
  })
}

const RATE = /^(\w+)\+(\w+)\/([smh])$/

/** `600+20/s`: so many at once, and so many more a second, minute or hour. */
export const rate: Form<Rate> = form('must be a rate written like 600+20/s or 120+12/m', (text) =>
  readRate(text, (part) => (/^\d{1,12}$/.test(part) ? Number(part) : undefined)),
)

/** `64MiB+8MiB/s`, in bytes. */
export const sizeRate: Form<Rate> = form('must be a rate of bytes written like 64MiB+8MiB/s', (text) =>
  readRate(text, (part) => amount(part, UNIT_BYTES)),
)

function readRate(text: string, read: (part: string) => number | undefined): Rate | undefined {
  const [, first = '', later = '', unit = ''] = RATE.exec(text) ?? []
  const [burst, each] = [read(first), read(later)]
  const seconds = UNIT_SECONDS[unit]
  if (!burst || !each || seconds === undefined) return undefined
  return { burst, perSecond: each / seconds }
}

/** One of these words. */
export const oneOf = <const Words extends readonly string[]>(words: Words): Form<Words[number]> =>
  form(`must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`, (text) => words.find((word) => word === text))

/** Any text. */
export const text: Form<string> = v.string()

/** A text that `read` understands; `rule` says of which kind. */
export const written = form
