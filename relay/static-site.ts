/**
 * The built app, read into memory once at start: a page and the policy that names its inline scripts always fit, even
 * while somebody builds again beside the running relay. Only names found on disk are served, so no path escapes.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import * as v from 'valibot'
import { filePolicy, type PageHashes, pagePolicy } from '#relay/content-policy'

export interface StaticFile {
  readonly body: Uint8Array
  /** Present where it is clearly smaller. */
  readonly gzipped?: Uint8Array
  readonly etag: string
  readonly headers: Readonly<Record<string, string>>
}

export type Lookup =
  | { readonly type: 'file'; readonly file: StaticFile }
  | { readonly type: 'moved'; readonly to: string }
  | { readonly type: 'missing'; readonly page?: StaticFile }

export interface StaticSite {
  /** `path` is the part of the request target before `?`, as sent; hostile input is safe. */
  find(path: string): Lookup
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

const compressed = new Set(['.html', '.js', '.mjs', '.css', '.json', '.webmanifest', '.txt', '.xml', '.svg', '.wasm'])
const POLICY_FILE = '/csp.json'
const policyFile = v.record(
  v.string(),
  v.object({ scripts: v.array(v.pipe(v.string(), v.regex(/^'sha256-[\w+/=]+'$/))), styles: v.array(v.string()) }),
)

async function* filesUnder(root: string, at: string): AsyncGenerator<string> {
  for (const item of await readdir(join(root, at), { withFileTypes: true })) {
    const path = `${at}/${item.name}`
    if (item.isDirectory()) yield* filesUnder(root, path)
    else if (item.isFile() && path !== POLICY_FILE) yield path
  }
}

async function readPolicies(root: string): Promise<Readonly<Record<string, PageHashes>>> {
  try {
    return v.parse(policyFile, JSON.parse(await readFile(join(root, POLICY_FILE), 'utf8')))
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ENOENT') return {}
    throw new Error(`${join(root, POLICY_FILE)} is damaged: build the app again`, { cause })
  }
}

async function toStaticFile(path: string, body: Uint8Array, page: PageHashes | undefined): Promise<StaticFile> {
  const extension = extname(path).toLowerCase()
  const small = compressed.has(extension) && body.length > 512 ? await promisify(gzip)(body) : undefined
  const policy = extension === '.html' ? pagePolicy(page ?? { scripts: [], styles: [] }) : filePolicy(extension)
  return {
    body,
    ...(small !== undefined && small.length < body.length * 0.9 ? { gzipped: small } : {}),
    etag: `"${createHash('sha256').update(body).update(policy).digest('base64url').slice(0, 22)}"`,
    headers: {
      'Content-Type': CONTENT_TYPES[extension] ?? 'application/octet-stream',
      'Content-Security-Policy': policy,
      'Cache-Control': path.startsWith('/_next/static/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  }
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

/** Reads all of `root`; rejects when the folder is not there. */
export async function loadStaticSite(root: string): Promise<StaticSite> {
  const policies = await readPolicies(root)
  const files = new Map<string, StaticFile>()
  for await (const path of filesUnder(root, '')) {
    files.set(path, await toStaticFile(path, await readFile(join(root, path)), policies[path]))
  }
  const page = files.get('/404.html')
  const missing: Lookup = page === undefined ? { type: 'missing' } : { type: 'missing', page }
  return {
    find(path) {
      const name = decodePath(path)
      if (name === undefined) return missing
      const file = files.get(name.endsWith('/') ? `${name}index.html` : name)
      if (file !== undefined) return { type: 'file', file }
      return name !== '' && files.has(`${name}/index.html`) ? { type: 'moved', to: `${path}/` } : missing
    },
  }
}
