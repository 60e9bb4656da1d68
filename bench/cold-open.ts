import type { Workload } from '#bench/workload'
export const coldOpen: Workload = { name: 'P3', title: '', peer: 'y-indexeddb', run: async () => [] }
