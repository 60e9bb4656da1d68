// Installs a Debian package where that needs no question. Node's own modules only.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Whether this machine has apt-get. */
export const isDebian = () => process.platform === 'linux' && existsSync('/usr/bin/apt-get')

/** As root only and saying so; elsewhere does nothing. Returns whether it was installed. */
export function installPackage(name, megabytes, say) {
  if (!isDebian() || process.getuid() !== 0) return false
  say(`installing the package "${name}" with apt-get (about ${megabytes} MB) …`)
  const apt = (...parameters) =>
    spawnSync('apt-get', parameters, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0
  return apt('update') && apt('install', '-y', '--no-install-recommends', name)
}
