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

/** A short trace, or the whole one where it is asked for and the folder `WAXWING_TRACES` has it. */
export function loadTrace(name: TraceName, options: { readonly whole?: boolean } = {}): Trace {
  const whole = join(process.env.WAXWING_TRACES ?? '', `${name}.json.gz`)
  const short = join(import.meta.dirname, 'traces', `${name}.json.gz`)
  const path = options.whole && process.env.WAXWING_TRACES && existsSync(whole) ? whole : short
  return JSON.parse(gunzipSync(readFileSync(path)).toString())
}
