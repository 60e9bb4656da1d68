import { momentAgo } from '#lib/words/count-words'

/** What the comments beside a page say. */
export const discussionWords = {
  heading: 'Comments',
  open: 'Open',
  resolved: 'Resolved',
  whose: 'Whose comments are shown',
  everybody: 'Everybody',
  withYou: 'With you',
  nothingOfTheirs: 'None of these comments.',
  close: 'Close the comments',
  comment: 'Comment',
  write: 'Write a comment',
  reply: 'Reply',
  writeReply: 'Write a reply',
  mention: 'People to mention',
  send: 'Send',
  save: 'Save',
  cancel: 'Cancel',
  edit: 'Edit',
  remove: 'Delete',
  react: 'React',
  resolve: 'Resolve',
  reopen: 'Open again',
  edited: 'edited',
  name: 'Your name, as the others see it',
  gone: 'The words this was about are gone from the page.',
  goneBlock: 'The block this was about is gone from the page.',
  noWords: 'A block without words',
  nothingOpen: 'Select some words on the page and press Comment.',
  nothingResolved: 'Nothing is resolved yet.',
  nothingToRead: 'Nobody has said anything about this page yet.',
} as const

/** The name of the button that opens them. */
export const commentsButton = (open: number): string => (open === 0 ? 'Comments' : `Comments, ${open} open`)

/** Beside a name: when, and whether it was changed. */
export const remarkMoment = ({ at, edited }: { at: number; edited: boolean }, now: number): string =>
  edited ? `${momentAgo(at, now)}, ${discussionWords.edited}` : momentAgo(at, now)

/** The name of the menu beside a remark. */
export const moreAbout = (author: string): string => `More about the comment by ${author}`
