import type { MemberStanding } from '#lib/host/member-standing'
import type { HeldBackView, LateEdits, SetAsideEdits } from '#lib/session/session-view'
import { count, list, momentAgo } from '#lib/words/count-words'
import { nameOf } from '#lib/words/pill-words'

/** What held-back edits are, above the list of them. */
const HELD_BACK_LEAD =
  'Written by somebody who had lost the right to write, and not known to the one who decided that. Nothing of it is lost, and nothing is on the page.'

/** The same, of what a fork set aside. */
const SET_ASIDE_LEAD =
  'A device of yours wrote from two places at once, so one of the two ways does not count: this one. Nothing of it is lost, and nothing is on the page.'

/** Above the list: why what is in it does not count. */
export const heldBackLead = (items: readonly HeldBackView[], canWrite: boolean): string =>
  [
    ...(items.some(({ type }) => type === 'late') ? [HELD_BACK_LEAD] : []),
    ...(items.some(({ type }) => type === 'set-aside') ? [SET_ASIDE_LEAD] : []),
    ...(canWrite ? [] : [HELD_BACK_READER]),
  ].join(' ')

/** To somebody who may only read. */
const HELD_BACK_READER = 'Whoever may write can keep them.'

/** A card that says that something is held back or set aside: of others, or of the reader alone. */
export function heldBackNotice(items: readonly HeldBackView[], standing: MemberStanding['type']): string {
  const late = items.filter((item) => item.type === 'late')
  const aside = items.filter((item) => item.type === 'set-aside')
  return [
    ...(late.length > 0 ? [lateNotice(late, standing)] : []),
    ...(aside.length > 0 ? [asideNotice(aside)] : []),
  ].join(' ')
}

const editsOf = (items: readonly HeldBackView[]): string =>
  count(
    items.reduce((sum, item) => sum + item.edits, 0),
    'edit',
  )

const asideNotice = (items: readonly SetAsideEdits[]): string =>
  `${editsOf(items)} of yours ${items.length === 1 && items[0]?.edits === 1 ? 'does' : 'do'} not count: the same device wrote others in their place, somewhere else. Look at them, and write anew what should stay.`

function lateNotice(items: readonly LateEdits[], standing: MemberStanding['type']): string {
  const edits = editsOf(items)
  if (items.some(({ mine }) => !mine)) {
    const names = [...new Set(items.map((item) => (item.mine ? 'you' : nameOf(item))))]
    return `${edits} by ${list(names)} came too late to count. Look at them, and keep what should stay.`
  }
  const still = standing === 'member' ? 'They' : 'You can read and copy them, and they'
  return `${edits} of yours reached the others after your right to write had ended. ${still} stay as they are until somebody keeps them.`
}

/** Beside a name in the list: how many, and since when. */
export const heldBackWords = ({ edits, sinceMs }: HeldBackView, now: number): string =>
  `${count(edits, 'edit')}, from ${momentAgo(sinceMs, now)}`

/** Where they were written; `title` is that of a page that is here. */
export function heldBackPlace({ pageId }: HeldBackView, title: string | undefined): string {
  if (pageId === undefined) return 'In the list of pages'
  return title === undefined ? 'In a page that is not in the list yet' : `In ${title || 'Untitled'}`
}
