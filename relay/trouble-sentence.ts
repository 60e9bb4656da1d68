import { join } from 'node:path'
import type { Settings } from '#relay/settings'

type Place = Pick<Settings, 'port' | 'host' | 'dataDir'>

/** Of this machine there is no such address. */
const NO_ADDRESS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL', 'EINVAL'])

/**
 * Why `command` was not done, for whoever asked for it: names the setting that is wrong and its right form, where it is one.
 * `error` is whatever was thrown on the way.
 */
export function troubleSentence(command: string, error: unknown, { port, host, dataDir }: Place): string {
  const { code, syscall, message } = error as { code?: unknown; syscall?: unknown; message: string }
  if (code === 'EADDRINUSE') return `Port ${port} is taken. Set PORT to another one.`
  if (syscall === 'listen' && code === 'EACCES')
    return `PORT must be 1024 or more, since this user may not take ${port}.`
  if ((syscall === 'listen' || syscall === 'getaddrinfo') && NO_ADDRESS.has(String(code))) {
    return `HOST must be an address of this machine, like 127.0.0.1 or 0.0.0.0: ${host} is none.`
  }
  if (syscall === 'mkdir') return `DATA_DIR must be a folder that this user may write to: ${dataDir} is none (${code}).`
  const file = String(code).startsWith('SQLITE_') ? ` (${join(dataDir, 'relay.db')})` : ''
  return command === 'serve'
    ? `The relay cannot start: ${message}${file}.`
    : `${command} was not done: ${message}${file}.`
}
