import { monitorEventLoopDelay } from 'node:perf_hooks'
import { gauge, type Metric } from '#relay/metrics-text'

/** What a relay holds at this moment, as a whole. */
export interface RelayLoad {
  readonly sockets: { readonly signal: number; readonly sync: number }
  readonly rooms: number
  readonly pendingBytes: number
  readonly isStopping: boolean
}

export interface Figures {
  /** Gauges of this moment; the delay of the event loop since the last reading. */
  read(load: RelayLoad): readonly Metric[]
  close(): void
}

export function createFigures(): Figures {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  return {
    read({ sockets, rooms, pendingBytes, isStopping }) {
      const { rss, heapUsed } = process.memoryUsage()
      const samples = Object.entries(sockets).map(([road, value]) => ({ labels: { road }, value }))
      const delaySeconds = delay.count > 0 ? delay.percentile(99) / 1e9 : 0
      delay.reset()
      return [
        { name: 'waxwing_sockets', help: 'Sockets that are open', type: 'gauge', samples },
        gauge('waxwing_rooms_open', 'Rooms that somebody is in', rooms),
        gauge('waxwing_commit_pending_bytes', 'Bytes that wait for a commit', pendingBytes),
        gauge('waxwing_stopping', 'Whether the relay takes nobody in any more', Number(isStopping)),
        gauge('waxwing_event_loop_delay_seconds', 'Delay of the event loop, 99th percentile', delaySeconds),
        gauge('process_resident_memory_bytes', 'Memory of the process', rss),
        gauge('waxwing_heap_used_bytes', 'Memory of the process that holds objects', heapUsed),
        gauge('process_uptime_seconds', 'Since the process began', process.uptime()),
      ]
    },
    close: () => void delay.disable(),
  }
}
