/** Plain HTTP: the app's files, its runtime settings, and what an operator asks. Nothing here takes a request body. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { securityHeaders } from '#relay/content-policy'
import type { StaticFile, StaticSite } from '#relay/static-site'

/** As in an RTCConfiguration. */
export interface IceServer {
  readonly urls: string | readonly string[]
  readonly username?: string
  readonly credential?: string
}

export interface HttpOptions {
  readonly site: StaticSite | undefined
  readonly iceServers: () => readonly IceServer[]
  /** Whether visitors should come here now. */
  readonly isReady: () => Promise<boolean>
  /** Figures in Prometheus' text format, or `undefined` for who may not read them. */
  readonly metrics: (request: IncomingMessage) => string | undefined
}

const TEXT_HEADERS = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
}

function answer(response: ServerResponse, status: number, type: string, text: string, headers = {}): void {
  response.writeHead(status, {
    ...securityHeaders,
    ...TEXT_HEADERS,
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(text),
    ...headers,
  })
  response.end(response.req.method === 'HEAD' ? undefined : text)
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: StaticFile, status: number): void {
  const headers = { ...securityHeaders, ...file.headers, ETag: file.etag, Vary: 'Accept-Encoding' }
  if (status === 200 && request.headers['if-none-match']?.includes(file.etag)) {
    response.writeHead(304, headers).end()
    return
  }
  const gzipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')) ? file.gzipped : undefined
  const body = gzipped ?? file.body
  response.writeHead(status, {
    ...headers,
    'Content-Length': body.length,
    ...(gzipped === undefined ? {} : { 'Content-Encoding': 'gzip' }),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** A request listener that never throws on hostile requests. */
export function createHttpHandler(options: HttpOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const settings = () => JSON.stringify({ signaling: '/signal', sync: '/sync', iceServers: options.iceServers() })

  const sendReadiness = async (response: ServerResponse) => {
    const ready = await options.isReady()
    answer(response, ready ? 200 : 503, 'application/json', JSON.stringify({ ready }))
  }
  const sendMetrics = (request: IncomingMessage, response: ServerResponse) => {
    const text = options.metrics(request)
    if (text !== undefined) return answer(response, 200, 'text/plain; version=0.0.4', text)
    answer(response, 401, 'text/plain', 'Send METRICS_TOKEN as bearer token.\n', { 'WWW-Authenticate': 'Bearer' })
  }

  return (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      answer(response, 405, 'text/plain', 'Only GET and HEAD.\n', { Allow: 'GET, HEAD' })
    } else if (path === '/config.json') answer(response, 200, 'application/json', settings())
    else if (path === '/healthz') answer(response, 200, 'application/json', '{"alive":true}')
    else if (path === '/readyz') void sendReadiness(response)
    else if (path === '/metrics') sendMetrics(request, response)
    else if (options.site === undefined) answer(response, 404, 'text/plain', 'This relay serves no app.\n')
    else {
      const found = options.site.find(path)
      if (found.type === 'file') sendFile(request, response, found.file, 200)
      else if (found.type === 'moved') answer(response, 308, 'text/plain', 'Moved.\n', { Location: found.to })
      else if (found.page !== undefined) sendFile(request, response, found.page, 404)
      else answer(response, 404, 'text/plain', 'Not found.\n')
    }
  }
}
