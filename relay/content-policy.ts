/** Response headers that make the served app hard to subvert: CSP with Trusted Types, isolation, no referrer. */

/** What the build found inside one HTML file: `'sha256-…'` sources of its inline scripts and styles. */
export interface PageHashes {
  readonly scripts: readonly string[]
  readonly styles: readonly string[]
}

const TRUSTED_TYPES = 'default nextjs nextjs#bundler ProseMirrorClipboard waxwing-inert'

/** Headers of every response. `require-corp` and `same-origin` together isolate the app from other origins' windows. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
  'Permissions-Policy': 'camera=(self), microphone=(), geolocation=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex',
}

/** The policy of one page: exactly its own inline scripts run. Sockets may go anywhere, as a team may use several relays. */
export function pagePolicy(page: PageHashes): string {
  return [
    "default-src 'none'",
    ["script-src 'self'", ...page.scripts].join(' '),
    ["style-src 'self'", ...page.styles].join(' '),
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "connect-src 'self' ws: wss:",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${TRUSTED_TYPES}`,
  ].join('; ')
}

/**
 * The policy of a file that is no page. A script's own policy governs it when it runs as a worker: there, and never on a
 * page, WebAssembly may be compiled (Argon2id).
 */
export function filePolicy(extension: string): string {
  const framing = "frame-ancestors 'none'"
  if (extension === '.js' || extension === '.mjs') {
    return `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ws: wss:; worker-src 'self'; ${framing}`
  }
  if (extension === '.svg') return `default-src 'none'; style-src 'unsafe-inline'; sandbox; ${framing}`
  return `default-src 'none'; ${framing}`
}
