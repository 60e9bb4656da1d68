/** What the environment says about where a relay listens and keeps its file. Errors name the variable, not its value. */
import * as v from 'valibot'
import { isIceUrl } from '#lib/base/ice-url'
import { err, ok, type Result } from '#lib/base/result'
import type { IceServer } from '#relay/http-handler'

export interface Settings {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  /** Of the PostgreSQL database that keeps rooms instead of a file in `dataDir`. */
  readonly databaseUrl?: string
  /** Addresses, scheme and host, under which people reach this relay through a proxy. */
  readonly origins: readonly string[]
  readonly iceServers: readonly IceServer[]
  /** Whether the last address in X-Forwarded-For is the visitor's. */
  readonly trustProxy: boolean
  readonly logLevel: string
}

const parsedJson = v.rawTransform<string, unknown>(({ dataset, addIssue, NEVER }) => {
  try {
    return JSON.parse(dataset.value) as unknown
  } catch {
    addIssue({ message: 'is no JSON' })
    return NEVER
  }
})

const iceUrl = v.pipe(v.string(), v.check(isIceUrl, 'names no server like turn:example.org:3478'))

/** What browsers take; they refuse a TURN server without a login. */
const iceServer = v.pipe(
  v.strictObject({
    urls: v.union([iceUrl, v.pipe(v.array(iceUrl), v.minLength(1))]),
    username: v.exactOptional(v.string()),
    credential: v.exactOptional(v.string()),
  }),
  v.check(
    ({ urls, username, credential }) =>
      ![urls].flat().some((url) => url.startsWith('turn')) || (username !== undefined && credential !== undefined),
    'names a TURN server without username and credential',
  ),
)

const originText = v.pipe(
  v.string(),
  v.trim(),
  v.check(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    'is no list of origins like https://example.org',
  ),
)

const environment = v.object({
  PORT: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,5}$/, 'is no port'), v.transform(Number), v.maxValue(65_535)),
    '4444',
  ),
  HOST: v.optional(v.pipe(v.string(), v.minLength(1)), '127.0.0.1'),
  DATA_DIR: v.optional(v.pipe(v.string(), v.minLength(1)), 'data'),
  DATABASE_URL: v.optional(
    v.pipe(v.string(), v.regex(/^(postgres(ql)?:\/\/.+)?$/, 'is no address like postgres://user@host/database')),
    '',
  ),
  PUBLIC_ORIGIN: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => text.split(',').filter((part) => part.trim() !== '')),
      v.array(originText),
    ),
    '',
  ),
  ICE_SERVERS: v.optional(v.pipe(v.string(), parsedJson, v.array(iceServer)), '[]'),
  TRUST_PROXY: v.optional(v.picklist(['0', '1']), '0'),
  LOG_LEVEL: v.optional(v.picklist(['silent', 'error', 'warn', 'info', 'debug']), 'info'),
})

/** Reads PORT, HOST, DATA_DIR, DATABASE_URL, PUBLIC_ORIGIN, ICE_SERVERS, TRUST_PROXY and LOG_LEVEL. */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
): Result<Settings, { type: 'bad-setting'; name: string; reason: string }> {
  const parsed = v.safeParse(environment, env)
  if (!parsed.success) {
    const [issue] = parsed.issues
    const name = String(issue.path?.[0]?.key ?? 'environment')
    return err({ type: 'bad-setting', name, reason: issue.message })
  }
  const found = parsed.output
  return ok({
    port: found.PORT,
    host: found.HOST,
    dataDir: found.DATA_DIR,
    ...(found.DATABASE_URL === '' ? {} : { databaseUrl: found.DATABASE_URL }),
    origins: found.PUBLIC_ORIGIN,
    iceServers: found.ICE_SERVERS,
    trustProxy: found.TRUST_PROXY === '1',
    logLevel: found.LOG_LEVEL,
  })
}
