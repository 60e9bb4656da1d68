/**
 * What the environment says about how a relay runs. Errors name the variable and the right form, never the value. A
 * variable that is empty counts as not set, as container files write it.
 */
import * as v from 'valibot'
import { isIceUrl } from '#lib/base/ice-url'
import { err, ok, type Result } from '#lib/base/result'
import type { IceServer } from '#relay/http-handler'
import { limitsFrom, limitVariables } from '#relay/limit-settings'
import type { RelayLimits } from '#relay/limits'
import { count, oneOf, text, time, written } from '#relay/setting-forms'
import type { TurnServer } from '#relay/turn-credentials'

export interface Settings {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  /** Of the PostgreSQL database that keeps rooms instead of a file in `dataDir`. */
  readonly databaseUrl: string | undefined
  /** Addresses, scheme and host, under which people reach this relay through a proxy. */
  readonly origins: readonly string[]
  readonly iceServers: readonly IceServer[]
  readonly turn: TurnServer | undefined
  /** Whether the last address in X-Forwarded-For is the visitor's. */
  readonly trustProxy: boolean
  readonly logLevel: string
  /** Who reads /metrics shows it. */
  readonly metricsToken: string | undefined
  /** Longest time for a good ending. */
  readonly drainMs: number
  readonly limits: RelayLimits
}

export interface BadSetting {
  readonly type: 'bad-setting'
  readonly name: string
  /** Goes on after the name: `must be …`. */
  readonly reason: string
}

const iceUrl = v.pipe(v.string(), v.check(isIceUrl, 'must name servers like turn:example.org:3478'))

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
  ),
)

const iceServers = written(
  'must be JSON like [{"urls":"stun:stun.example.org"},{"urls":"turn:turn.example.org","username":"…","credential":"…"}]',
  (json): readonly IceServer[] | undefined => {
    try {
      const read = v.safeParse(v.array(iceServer), JSON.parse(json))
      return read.success ? read.output : undefined
    } catch {
      return undefined
    }
  },
)

const origins = written('must be a list of origins like https://team.example,https://www.team.example', (list) => {
  const parts = list.split(',').map((part) => part.trim())
  return parts.every((part) => URL.canParse(part) && new URL(part).origin === part) ? parts : undefined
})

const turnUrls = written('must be a list like turn:turn.example.org:3478,turns:turn.example.org:5349', (list) => {
  const parts = list.split(',').map((part) => part.trim())
  return parts.every((part) => part.startsWith('turn') && isIceUrl(part)) ? parts : undefined
})

const turnSecret = written('must have at least 16 letters, as the TURN server has it', (value) =>
  value.length >= 16 ? value : undefined,
)

const databaseUrl = written('must be an address like postgres://user@host/database', (address) =>
  /^postgres(ql)?:\/\/.+$/.test(address) ? address : undefined,
)

const token = written('must be at least 16 letters, digits or any of -._~+/=', (value) =>
  /^[\w.~+/=-]{16,}$/.test(value) ? value : undefined,
)

const variables = {
  PORT: v.optional(count(0, 65_535), '4444'),
  HOST: v.optional(text, '127.0.0.1'),
  DATA_DIR: v.optional(text, 'data'),
  DATABASE_URL: v.optional(databaseUrl),
  PUBLIC_ORIGIN: v.optional(origins),
  ICE_SERVERS: v.optional(iceServers, '[]'),
  TURN_URLS: v.optional(turnUrls),
  TURN_SECRET: v.optional(turnSecret),
  TURN_LIFE: v.optional(time('1h', '30d'), '24h'),
  TRUST_PROXY: v.optional(oneOf(['0', '1']), '0'),
  LOG_LEVEL: v.optional(oneOf(['silent', 'error', 'warn', 'info', 'debug']), 'info'),
  METRICS_TOKEN: v.optional(token),
  DRAIN_TIME: v.optional(time('1s', '10m'), '10s'),
  ...limitVariables,
}

/** The names of all variables that are read. */
export const settingNames: readonly string[] = Object.keys(variables)

const bad = (name: string, reason: string) => err({ type: 'bad-setting', name, reason } as const)

/** Reads what `.env.example` lists. Whoever misspells a LIMIT_ is told, too. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Result<Settings, BadSetting> {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''))
  const unknown = Object.keys(set).find((name) => name.startsWith('LIMIT_') && !settingNames.includes(name))
  if (unknown !== undefined) return bad(unknown, 'is no setting: .env.example lists them')
  const parsed = v.safeParse(v.object(variables), set)
  if (!parsed.success) {
    const [issue] = parsed.issues
    return bad(String(issue.path?.[0]?.key), issue.message)
  }
  const found = parsed.output
  const limits = limitsFrom(found)
  if (limits.sync.reserveBytes >= limits.sync.roomBytes)
    return bad('LIMIT_ROOM_RESERVE', 'must be less than LIMIT_ROOM')
  if (limits.sync.storeReserveBytes >= limits.sync.storeBytes)
    return bad('LIMIT_STORE_RESERVE', 'must be less than LIMIT_STORE')
  const { TURN_URLS: urls, TURN_SECRET: secret, TURN_LIFE: seconds } = found
  if (urls && !secret) return bad('TURN_SECRET', 'must be set where TURN_URLS is')
  return ok({
    port: found.PORT,
    host: found.HOST,
    dataDir: found.DATA_DIR,
    databaseUrl: found.DATABASE_URL,
    origins: found.PUBLIC_ORIGIN ?? [],
    iceServers: found.ICE_SERVERS,
    turn: urls && secret ? { urls, secret, seconds } : undefined,
    trustProxy: found.TRUST_PROXY === '1',
    logLevel: found.LOG_LEVEL,
    metricsToken: found.METRICS_TOKEN,
    drainMs: found.DRAIN_TIME * 1000,
    limits,
  })
}
