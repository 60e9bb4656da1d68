/** The thread that works with a relay's file, so that nothing else waits while the disk flushes. Its data names the folder. */
import { parentPort, workerData } from 'node:worker_threads'
import { systemRandom } from '#lib/crypto/system-random'
import { createLibsqlLogStore } from '#relay/libsql-log-store'
import { serveStore } from '#relay/store-port'

if (parentPort !== null) serveStore(parentPort, () => createLibsqlLogStore(String(workerData), systemRandom), true)
