/** Which tab: 32 hex digits, fresh for every life of a page. */
export type TabId = string

/**
 * What tabs of one workspace say to each other. Same origin, yet never trusted blindly: a tab may run another release,
 * so every message carries a version and whatever is not of this shape is ignored.
 */
const TAB_VERSION = 1

export type TabMessage =
  /** Will you, who lead unseen, let me lead? */
  | { readonly type: 'ask-to-lead'; readonly from: TabId }
  /** The leader's answer to one tab. */
  | { readonly type: 'lead-answer'; readonly from: TabId; readonly to: TabId; readonly yours: boolean }
  /** I lead from now on. */
  | { readonly type: 'leads'; readonly from: TabId }
  /** I lead, but nobody looks at me any more. */
  | { readonly type: 'leads-unseen'; readonly from: TabId }
  | {
      readonly type: 'request'
      readonly from: TabId
      readonly id: number
      readonly name: string
      readonly payload: unknown
    }
  /** Asked again by a tab that wonders whether its request is still being worked on. */
  | { readonly type: 'still-there'; readonly from: TabId; readonly id: number }
  /** The leader has the request and is alive. */
  | { readonly type: 'taken'; readonly from: TabId; readonly to: TabId; readonly id: number }
  | {
      readonly type: 'answer'
      readonly from: TabId
      readonly to: TabId
      readonly id: number
      readonly payload: unknown
    }
  /** The leader's handler failed: a bug, told to the tab that asked. */
  | { readonly type: 'failure'; readonly from: TabId; readonly to: TabId; readonly id: number; readonly reason: string }
  /** From the leader, to one tab or to all. */
  | {
      readonly type: 'event'
      readonly from: TabId
      readonly to?: TabId
      readonly name: string
      readonly payload: unknown
    }

type FieldKind = 'string' | 'number' | 'boolean' | 'any' | 'string?'

const SHAPES: Readonly<Record<TabMessage['type'], Readonly<Record<string, FieldKind>>>> = {
  'ask-to-lead': {},
  'lead-answer': { to: 'string', yours: 'boolean' },
  leads: {},
  'leads-unseen': {},
  request: { id: 'number', name: 'string', payload: 'any' },
  'still-there': { id: 'number' },
  taken: { to: 'string', id: 'number' },
  answer: { to: 'string', id: 'number', payload: 'any' },
  failure: { to: 'string', id: 'number', reason: 'string' },
  event: { to: 'string?', name: 'string', payload: 'any' },
}

export const wrapTabMessage = (message: TabMessage): unknown => ({ waxwing: TAB_VERSION, message })

/** The message, `foreign-version` for one of another release, or `undefined` for anything else. Never throws. */
export function readTabMessage(data: unknown): TabMessage | 'foreign-version' | undefined {
  if (!isObject(data) || typeof data.waxwing !== 'number') return undefined
  if (data.waxwing !== TAB_VERSION) return 'foreign-version'
  return isTabMessage(data.message) ? data.message : undefined
}

function isTabMessage(value: unknown): value is TabMessage {
  if (!isObject(value) || typeof value.type !== 'string' || typeof value.from !== 'string') return false
  const shape = Object.hasOwn(SHAPES, value.type) ? SHAPES[value.type as TabMessage['type']] : undefined
  return shape !== undefined && Object.entries(shape).every(([name, kind]) => fits(value[name], kind))
}

const fits = (value: unknown, kind: FieldKind): boolean =>
  kind === 'any' || (kind === 'string?' ? value === undefined || typeof value === 'string' : typeof value === kind)

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
