import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '#lib/base/clock'

/**
 * Time that passes only when a test says so. Tasks run in the order of their due time (then of their making); after
 * each one every promise that can settle does, so asynchronous work belongs to the instant that started it.
 */
export interface VirtualClock extends Clock {
  /** Lets `ms` pass; tasks that become due meanwhile run, and those that they start. */
  advance(ms: number): Promise<void>
  /** Lets time pass until no task is left, at most `limitMs`; true when nothing is left. */
  runUntilIdle(limitMs: number): Promise<boolean>
  /** Lets promises settle; no time passes. */
  settle(): Promise<void>
  /** Tasks that wait. */
  readonly waiting: number
}

interface Task {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/**
 * A clock that begins at `startMs`. With `turns` the number of event-loop turns is set that promises may take to settle
 * after a task; one is enough where all work is promises, more where a library hops through timers of its own.
 */
export function createVirtualClock(startMs = 1_700_000_000_000, turns = 1): VirtualClock {
  let now = startMs
  let order = 0
  const heap = createTaskHeap()

  const settle = async () => {
    for (let turn = 0; turn < turns; turn++) await nextTurn()
  }

  /** Runs what is due at one instant as one step, so that a busy network costs one turn an instant, not one a task. */
  const runInstant = async (at: number) => {
    now = Math.max(now, at)
    for (let task = heap.first(); task && task.at <= now; task = heap.first()) {
      heap.drop()
      task.run()
    }
    await settle()
  }

  const runUntil = async (end: number): Promise<void> => {
    await settle()
    for (let task = heap.first(); task && task.at <= end; task = heap.first()) await runInstant(task.at)
    now = Math.max(now, end)
  }

  return {
    now: () => now,
    after(delayMs, run) {
      const task = { at: now + Math.max(0, delayMs), order: order++, run }
      heap.add(task)
      return () => heap.remove(task)
    },
    advance: (ms) => runUntil(now + ms),
    async runUntilIdle(limitMs) {
      const end = now + limitMs
      await settle()
      for (let task = heap.first(); task && task.at <= end; task = heap.first()) await runInstant(task.at)
      return heap.first() === undefined
    },
    settle,
    get waiting() {
      return heap.size()
    },
  }
}

/** A binary heap by due time; cancelled tasks stay until they surface. */
function createTaskHeap() {
  const tasks: Task[] = []
  const live = new Set<Task>()
  const isBefore = (a: Task, b: Task) => a.at < b.at || (a.at === b.at && a.order < b.order)

  const swap = (i: number, j: number) => {
    const a = tasks[i]
    const b = tasks[j]
    if (!a || !b) return
    tasks[i] = b
    tasks[j] = a
  }
  const isOutOfOrder = (parent: number, child: number) => {
    const a = tasks[parent]
    const b = tasks[child]
    return a !== undefined && b !== undefined && isBefore(b, a)
  }
  const rise = (from: number) => {
    for (let child = from; child > 0; ) {
      const parent = (child - 1) >> 1
      if (!isOutOfOrder(parent, child)) return
      swap(parent, child)
      child = parent
    }
  }
  const sink = () => {
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1
      const child = isOutOfOrder(left, left + 1) ? left + 1 : left
      if (!isOutOfOrder(parent, child)) return
      swap(parent, child)
      parent = child
    }
  }
  const drop = () => {
    const [first] = tasks
    const last = tasks.pop()
    if (first) live.delete(first)
    if (tasks.length === 0 || !last) return
    tasks[0] = last
    sink()
  }

  return {
    add(task: Task) {
      live.add(task)
      tasks.push(task)
      rise(tasks.length - 1)
    },
    /** The next task, which is not cancelled. */
    first(): Task | undefined {
      for (let task = tasks[0]; task && !live.has(task); task = tasks[0]) drop()
      return tasks[0]
    },
    drop,
    remove: (task: Task) => void live.delete(task),
    size: () => live.size,
  }
}
