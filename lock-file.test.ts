import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

interface LockedPackage {
  readonly version?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly hasInstallScript?: boolean
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, LockedPackage>
}
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  allowScripts: Record<string, boolean>
}

/** Whether Node would find `name` when asked from inside `from`, going up folder by folder. */
function resolves(from: string, name: string): boolean {
  const base = from === '' ? '' : `${from}/`
  if (packages[`${base}node_modules/${name}`]) return true
  if (from === '') return false
  return resolves(from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), name)
}

describe('lock file', () => {
  it('names the binaries of every platform, so that npm ci works on all of them', () => {
    const missing = Object.entries(packages).flatMap(([path, locked]) =>
      Object.keys(locked.optionalDependencies ?? {})
        .filter((name) => !resolves(path, name))
        .map((name) => `${name} (optional of ${path})`),
    )
    expect(missing).toEqual([])
  })

  it('agrees with exact versions in package.json', () => {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+/)
      expect(packages[`node_modules/${name}`]?.version).toBe(version)
    }
  })

  it('needs no install script of a package', () => {
    const scripted = Object.entries(packages)
      .filter(([, locked]) => locked.hasInstallScript)
      .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))
    expect(scripted.filter((name) => manifest.allowScripts[name] !== false)).toEqual([])
  })
})
