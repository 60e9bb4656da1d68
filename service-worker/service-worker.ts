/**
 * Starts the app without a network and keeps it at one version until the person agrees to a new one. A file enters the
 * cache only if its bytes hash to what this worker was built with, so half an update, or an altered file, is refused.
 * It never sees an entry or a key: `/sync`, `/signal` and `/config.json` pass by.
 */
import { addressOf, cacheName, fileFor, type PrecachedFile } from './precache'

declare const PRECACHE: readonly PrecachedFile[]
declare const VERSION: string

interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface FetchEvent extends Event {
  readonly request: Request
  respondWith(response: Promise<Response>): void
}
interface Worker {
  readonly clients: { claim(): Promise<void> }
  readonly location: { readonly origin: string }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
}

const worker = globalThis as unknown as Worker
const ownCache = `app-${VERSION}`

async function appCaches(): Promise<string[]> {
  return (await caches.keys()).filter((name) => name.startsWith('app-'))
}

/** Fetches one file and checks it; throws when the host serves anything else than what this worker was built with. */
async function fetchChecked([path, hash]: PrecachedFile): Promise<Response> {
  const response = await fetch(addressOf(path), { cache: 'no-cache', credentials: 'omit', redirect: 'error' })
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await response.clone().arrayBuffer()))
  if (btoa(String.fromCharCode(...digest)) !== hash) throw new Error(`${path}: other bytes than this version's`)
  return response
}

async function install(): Promise<void> {
  const cache = await caches.open(ownCache)
  for (const file of PRECACHE) {
    const name = cacheName(file)
    await cache.put(name, (await caches.match(name)) ?? (await fetchChecked(file)))
  }
}

/** The version before stays for tabs that still run it. */
async function activate(): Promise<void> {
  const others = (await appCaches()).filter((name) => name !== ownCache)
  for (const name of others.slice(0, -1)) await caches.delete(name)
  await worker.clients.claim()
}

async function answer(request: Request, file: PrecachedFile | undefined): Promise<Response> {
  if (file) {
    const kept = await caches.match(cacheName(file))
    if (!kept) return fetch(request)
    // A thread takes its address from the answer's where that has one, and would lose the fragment that says what to load.
    return request.destination === 'worker' ? new Response(kept.body, kept) : kept
  }
  const path = new URL(request.url).pathname
  const earlier = (await appCaches()).filter((name) => name !== ownCache)
  for (const name of earlier) {
    const cache = await caches.open(name)
    const key = (await cache.keys()).find((kept) => new URL(kept.url).pathname === path)
    const kept = key && (await cache.match(key))
    if (kept) return kept
  }
  return fetch(request)
}

worker.addEventListener('install', (event) => event.waitUntil(install()))
worker.addEventListener('activate', (event) => event.waitUntil(activate()))
worker.addEventListener('message', (event) => {
  if (event.data === 'take-over') void worker.skipWaiting()
})
worker.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  if (event.request.method !== 'GET' || url.origin !== worker.location.origin) return
  const file = fileFor(url.pathname, PRECACHE)
  if (file || url.pathname.startsWith('/_next/static/')) event.respondWith(answer(event.request, file))
})
