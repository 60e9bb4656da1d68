import { realCrowd } from '#bench/rooms'
import { simulatedCrowd } from '#bench/simulated-crowd'
import type { Workload } from '#bench/workload'

export const crowd: Workload = {
  name: 'P10',
  title: 'an edit in a crowd',
  peer: 'y-webrtc',
  run: async () => [...(await simulatedCrowd()), ...(await realCrowd())],
}
