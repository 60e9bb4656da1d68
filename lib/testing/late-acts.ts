/** What happens in a team while somebody's standing ends and others are apart: made by fast-check, so what fails shrinks. */
import fc from 'fast-check'

/** bob has two devices, carol is an admin; alice founded, vera may only read. */
const WRITERS = ['alice', 'bob', 'bob 2', 'carol', 'dave'] as const
export const EVERYBODY = [...WRITERS, 'vera'] as const
export const ENDED = ['bob', 'carol', 'dave'] as const

export type Writer = (typeof WRITERS)[number]
export type Name = (typeof EVERYBODY)[number]
/** Whose standing may end; a device of bob's may be taken away besides. */
export type Ended = (typeof ENDED)[number]

export type LateAct =
  | { readonly type: 'write'; readonly who: Writer; readonly inDiscussion: boolean }
  | { readonly type: 'meet'; readonly one: Name; readonly other: Name }
  | {
      readonly type: 'end'
      readonly by: 'alice' | 'carol'
      readonly whom: Ended
      /** What is left of their role. */
      readonly left: 'nothing' | 'viewer' | 'commenter'
      /** Whether a cut says what the other wrote until then. */
      readonly hasCut: boolean
      /** Or goes on as if nothing had been said, as with altered software. */
      readonly hears: boolean
    }
  /** bob takes his second device away. */
  | { readonly type: 'revoke'; readonly hasCut: boolean; readonly hears: boolean }
  | { readonly type: 'leave'; readonly who: Ended; readonly hasCut: boolean }
  /** Somebody who had not heard of it meets alice. */
  | { readonly type: 'come back'; readonly who: Ended | 'bob 2' }
  /** One of those who may only read or comment. */
  | { readonly type: 'let in again'; readonly nth: number }
  | { readonly type: 'keep'; readonly who: Writer; readonly nth: number }
  | { readonly type: 'speak as a reader'; readonly nth: number }
  | { readonly type: 'restart'; readonly who: Name; readonly isTidy: boolean }

export interface LateProgram {
  readonly acts: readonly LateAct[]
  /** In which order a stranger hears of all this. */
  readonly order: number
}

const nth = fc.nat(99)
const always = fc.constant
const mostly = fc.integer({ min: 1, max: 10 }).map((n) => n <= 7)
const writer = fc.constantFrom(...WRITERS)
const anybody = fc.constantFrom(...EVERYBODY)
const ended = fc.constantFrom(...ENDED)
const act = <T extends LateAct['type'], F extends object>(type: T, fields: { [K in keyof F]: fc.Arbitrary<F[K]> }) =>
  fc.record({ type: always(type), ...fields } as never) as fc.Arbitrary<Extract<LateAct, { type: T }>>

const anyLateAct: fc.Arbitrary<LateAct> = fc.oneof(
  { weight: 8, arbitrary: act('write', { who: writer, inDiscussion: mostly.map((isInBody) => !isInBody) }) },
  { weight: 6, arbitrary: act('meet', { one: anybody, other: anybody }) },
  {
    weight: 2,
    arbitrary: act('end', {
      by: mostly.map((isOwner) => (isOwner ? 'alice' : 'carol')),
      whom: ended,
      left: fc.constantFrom('nothing', 'viewer', 'commenter'),
      hasCut: fc.boolean(),
      hears: mostly.map((isAway) => !isAway),
    }),
  },
  { weight: 1, arbitrary: act('revoke', { hasCut: mostly, hears: mostly.map((isAway) => !isAway) }) },
  { weight: 1, arbitrary: act('leave', { who: ended, hasCut: mostly }) },
  { weight: 3, arbitrary: act('come back', { who: fc.constantFrom(...ENDED, 'bob 2') }) },
  { weight: 1, arbitrary: act('let in again', { nth }) },
  { weight: 5, arbitrary: act('keep', { who: fc.constantFrom('alice', 'alice', 'alice', ...WRITERS), nth }) },
  { weight: 1, arbitrary: act('speak as a reader', { nth }) },
  { weight: 1, arbitrary: act('restart', { who: anybody, isTidy: mostly }) },
)

/** Up to so many acts. */
export const anyLateProgramOf = (maxLength: number): fc.Arbitrary<LateProgram> =>
  fc.record({
    acts: fc.array(anyLateAct, { minLength: 1, maxLength, size: 'max' }),
    order: fc.nat(1_000_000),
  })
