/** Path as in a URL and base64 SHA-256 of its bytes. */
export type PrecachedFile = readonly [path: string, hash: string]

/** Name under which a file is cached: unchanged files are shared between versions. */
export function cacheName([path, hash]: PrecachedFile): string {
  return `${path}?${encodeURIComponent(hash)}`
}

/** The file that answers a request for `pathname`, as a host of the export would find it; undefined means the network. */
export function fileFor(pathname: string, files: readonly PrecachedFile[]): PrecachedFile | undefined {
  const folder = pathname.endsWith('/') ? pathname : `${pathname}/`
  return files.find(([path]) => path === pathname) ?? files.find(([path]) => path === `${folder}index.html`)
}

/** The address to fetch a file from: hosts answer `index.html` with a redirect, which no navigation may be given. */
export function addressOf(path: string): string {
  return path.endsWith('/index.html') ? path.slice(0, -'index.html'.length) : path
}
