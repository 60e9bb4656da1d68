import { toBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { faceOf } from '#lib/host/face-of'
import { parseChannelName } from '#lib/protocol/channel-name'
import type { HeldBack } from '#lib/replica/held-back'
import type { MembershipState } from '#lib/workspace/membership-state'

/** Edits of one person in one page that do not count, as a screen tells of them. */
export type HeldBackView = LateEdits | SetAsideEdits

/** Held back (§5): to be kept. */
export interface LateEdits extends EditsView {
  readonly type: 'late'
  /** What `keep-held-back` takes to keep all of them, and a new page's place in the list of pages with it. */
  readonly ids: readonly string[]
  readonly mine: boolean
}

/** Set aside by a fork of a device of one's own (E3): to be written anew. */
export interface SetAsideEdits extends EditsView {
  readonly type: 'set-aside'
  /** What `write-anew` takes. */
  readonly id: string
}

interface EditsView {
  /** '' where the log knows no name. */
  readonly name: string
  readonly colour: number
  readonly edits: number
  /** When the first of them was written, as its author's clock had it. */
  readonly sinceMs: number
  /** `undefined`: in the list of pages. */
  readonly pageId: string | undefined
  /** The beginning of what they say. */
  readonly text: string
}

/** One line a person and page; what somebody did to the list of pages comes along with their pages, and alone where there are none. */
export function heldBackView(
  state: MembershipState,
  device: DeviceId,
  items: readonly HeldBack[],
): readonly LateEdits[] {
  const lines = new Map<string, { view: LateEdits; person: string; isList: boolean }>()
  for (const item of items) {
    const author = state.devices.get(toHex(item.device))?.person
    const parsed = parseChannelName(item.name)
    if (!author || !parsed || parsed.type === 'log') continue
    const person = toHex(author)
    const key = `${person}/${toHex(item.channel)}`
    const own = state.devices.get(toHex(device))?.person
    const before = lines.get(key)?.view
    const sinceMs = item.sinceSeconds * 1000
    const view: LateEdits = {
      type: 'late',
      ids: [...(before?.ids ?? []), toBase64Url(item.newest.id)],
      ...faceOf(state, author),
      mine: own !== undefined && sameBytes(own, author),
      edits: (before?.edits ?? 0) + item.edits,
      sinceMs: Math.min(before?.sinceMs ?? sinceMs, sinceMs),
      pageId: parsed.type === 'index' ? undefined : toBase64Url(parsed.document),
      text: [before?.text, item.text].filter(Boolean).join(' '),
    }
    lines.set(key, { view, person, isList: parsed.type === 'index' })
  }
  const all = [...lines.values()]
  return all.flatMap(({ view, person, isList }) => {
    const others = all.filter((line) => line.person === person && line.isList !== isList)
    if (isList) return others.length > 0 ? [] : [view]
    return [{ ...view, ids: [...view.ids, ...others.flatMap((line) => line.view.ids)] }]
  })
}
