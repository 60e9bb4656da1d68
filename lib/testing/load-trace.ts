import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

export type TraceName = 'automerge-paper' | 'friendsforever'

/** One change: delete that many characters at the position, then insert the text. */
export type Patch = readonly [position: number, deleted: number, inserted: string]

export interface TraceTransaction {
  readonly time: string
  readonly patches: readonly Patch[]
  /** Indices of the transactions it follows, and its writer; absent where one person wrote everything in order. */
  readonly parents?: readonly number[]
  readonly agent?: number
}

/** How people really wrote a text; see the README in `traces` for where it comes from. */
export interface Trace {
  readonly endContent: string
  readonly txns: readonly TraceTransaction[]
}

/** One form of a trace; tests of an absent one are skipped. */
export interface TraceSet {
  readonly name: string
  readonly present: boolean
  read(): Trace
}

const wholeAt = (name: TraceName): string =>
  join(process.env.WAXWING_TRACES ?? join(process.cwd(), '../shared/traces'), `${name}.json.gz`)

const readTrace = (path: string): Trace => JSON.parse(gunzipSync(readFileSync(path)).toString())

/** The slice in the repository; in the deep run the whole trace too, where there is a folder that has it. */
export const traceSets = (name: TraceName): readonly TraceSet[] => [
  { name: 'a slice', present: true, read: () => loadTrace(name) },
  {
    name: 'the whole, if DEEP is set and ../shared/traces is there,',
    present: Boolean(process.env.DEEP) && existsSync(wholeAt(name)),
    read: () => readTrace(wholeAt(name)),
  },
]

/** A short trace, or the whole one where it is asked for and there is a folder that has it. */
export function loadTrace(name: TraceName, options: { readonly whole?: boolean } = {}): Trace {
  const isThere = options.whole && process.env.WAXWING_TRACES && existsSync(wholeAt(name))
  return readTrace(isThere ? wholeAt(name) : join(import.meta.dirname, 'traces', `${name}.json.gz`))
}
