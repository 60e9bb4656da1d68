/** What the foot of a page says of the pages that mention it. */
export const backlinkWords = {
  title: 'Pages that mention this one',
  looking: 'Looking through the pages on this device …',
  none: 'No page on this device mentions this one.',
} as const
