import { coldOpen } from '#bench/cold-open'
import { crowdedRoom } from '#bench/crowded-room'
import { keystrokeBytes } from '#bench/keystroke-bytes'
import { keystrokeDelay } from '#bench/keystroke-delay'
import { longPageOpening, longPageTyping } from '#bench/long-pages'
import { meetingRoom } from '#bench/meeting-room'
import { members } from '#bench/members'
import { relayMemory } from '#bench/relay-memory'
import { relayStore } from '#bench/relay-store'
import { rawPairs, tableHead, tableRow } from '#bench/report'
import { idleRoom, realCrowd } from '#bench/rooms'
import { rotation } from '#bench/rotation'
import { simulatedCrowd } from '#bench/simulated-crowd'
import type { Workload } from '#bench/workload'

const workloads: readonly Workload[] = [
  keystrokeDelay,
  longPageTyping,
  coldOpen,
  keystrokeBytes,
  rotation,
  members,
  crowdedRoom,
  relayMemory,
  longPageOpening,
  relayStore,
  simulatedCrowd,
  realCrowd,
  idleRoom,
  meetingRoom,
]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !workloads.some((workload) => workload.name === name))
if (unknown.length > 0) {
  console.error(
    `No workload is named ${unknown.join(', ')}; there are ${workloads.map(({ name }) => name).join(', ')}.`,
  )
  process.exit(1)
}

const rows: string[] = []
for (const workload of workloads.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  console.log(`\n${workload.name} ${workload.title}, beside ${workload.peer}`)
  for (const measure of await workload.run()) {
    console.log(`${measure.name}, ${measure.unit}: ${rawPairs(measure)}`)
    rows.push(tableRow(workload, measure))
  }
}
console.log(`\n${[tableHead, ...rows].join('\n')}`)
