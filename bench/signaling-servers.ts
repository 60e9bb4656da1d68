import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { dropDataFolder, makeDataFolder, startServer } from '#bench/relay-servers'

export type SignalingKind = 'waxwing' | 'stock'

export interface SignalingProcess {
  /** WebSocket URL. */
  readonly signaling: string
  stop(): Promise<void>
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

/** A relay, or the server that comes with y-webrtc, each a process of its own. */
export async function startSignaling(kind: SignalingKind): Promise<SignalingProcess> {
  if (kind === 'waxwing') {
    const folder = makeDataFolder()
    const server = await startServer('waxwing', folder)
    return {
      signaling: `${server.url.replace('http', 'ws')}/signal`,
      async stop() {
        await server.stop()
        dropDataFolder(folder)
      },
    }
  }
  const port = await freePort()
  const child = spawn(process.execPath, ['bench/node_modules/y-webrtc/bin/server.js'], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const hasBegun = await Promise.race([
    once(child.stdout, 'data').then(() => true),
    once(child, 'exit').then(() => false),
  ])
  if (!hasBegun) throw new Error('The signaling server of y-webrtc did not start')
  return {
    signaling: `ws://127.0.0.1:${port}`,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}
