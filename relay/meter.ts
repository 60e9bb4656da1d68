/**
 * Counts what a relay does, for its operator. Labels are words of these types alone, so that nothing here can name a room,
 * a person or an address; a count is of the whole process.
 */
import type { DeclineReason } from '#lib/protocol/relay-frames'
import type { RelayFarewell } from '#lib/sync/relay-road'
import { type Metric, metricsText } from '#relay/metrics-text'

/** Each counter with the words of its label; `all` where it has none. */
interface Counted {
  readonly waxwing_sockets_refused_total: 'full' | 'address' | 'stopping'
  readonly waxwing_visits_ended_total: RelayFarewell
  readonly waxwing_blobs_stored_total: 'all'
  readonly waxwing_blob_bytes_stored_total: 'all'
  readonly waxwing_blobs_declined_total: DeclineReason
  readonly waxwing_blobs_dropped_total: 'all'
  readonly waxwing_blob_bytes_dropped_total: 'all'
  readonly waxwing_commits_failed_total: 'all'
  readonly waxwing_signal_messages_total: 'relayed' | 'malformed'
}

type CounterName = keyof Counted

export interface Meter {
  count<Name extends CounterName>(name: Name, label: Counted[Name], amount?: number): void
  /** One commit and its fsync. */
  committed(durationMs: number): void
  /** What was counted, and `gauges`, in Prometheus' text format 0.0.4. */
  text(gauges: readonly Metric[]): string
}

const HELP: Readonly<Record<CounterName, readonly [label: string, help: string]>> = {
  waxwing_sockets_refused_total: ['reason', 'Sockets that were not let in'],
  waxwing_visits_ended_total: ['reason', 'Connections to /sync that the relay ended'],
  waxwing_blobs_stored_total: ['', 'Blobs that came in and were new'],
  waxwing_blob_bytes_stored_total: ['', 'Bytes of blobs that came in and were new'],
  waxwing_blobs_declined_total: ['reason', 'Blobs for which a quota left no room'],
  waxwing_blobs_dropped_total: ['', 'Blobs that went because an admin asked, segments standing for them'],
  waxwing_blob_bytes_dropped_total: ['', 'Bytes of blobs that went because an admin asked'],
  waxwing_commits_failed_total: ['', 'Commits that the store refused'],
  waxwing_signal_messages_total: ['outcome', 'Messages that came to /signal'],
}
const BUCKETS_MS = [1, 2, 5, 10, 25, 50, 100, 250, 1000, 5000]

export function createMeter(): Meter {
  const counts = new Map<CounterName, Map<string, number>>()
  const buckets = BUCKETS_MS.map(() => 0)
  let commits = 0
  let sumMs = 0

  const counter = (name: CounterName): Metric => {
    const [label, help] = HELP[name]
    const samples = [...(counts.get(name) ?? new Map<string, number>())]
    const labelled = samples.map(([word, value]) => ({ labels: label === '' ? {} : { [label]: word }, value }))
    return { name, help, type: 'counter', samples: label === '' && samples.length === 0 ? [{ value: 0 }] : labelled }
  }
  const histogram = (): Metric => ({
    name: 'waxwing_commit_seconds',
    help: 'How long a commit and its fsync took',
    type: 'histogram',
    samples: [
      ...BUCKETS_MS.map((most, i) => ({
        suffix: '_bucket',
        labels: { le: String(most / 1000) },
        value: buckets[i] ?? 0,
      })),
      { suffix: '_bucket', labels: { le: '+Inf' }, value: commits },
      { suffix: '_sum', value: sumMs / 1000 },
      { suffix: '_count', value: commits },
    ],
  })

  return {
    count(name, label, amount = 1) {
      const byLabel = counts.get(name) ?? new Map<string, number>()
      counts.set(name, byLabel.set(label, (byLabel.get(label) ?? 0) + amount))
    },
    committed(durationMs) {
      commits++
      sumMs += durationMs
      for (const [i, most] of BUCKETS_MS.entries()) if (durationMs <= most) buckets[i] = (buckets[i] ?? 0) + 1
    },
    text: (gauges) => metricsText([...(Object.keys(HELP) as CounterName[]).map(counter), histogram(), ...gauges]),
  }
}
