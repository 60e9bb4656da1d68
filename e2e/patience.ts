/**
 * How long a journey waits where the protocol itself may take its time, in milliseconds: at least twice the worst case.
 * For everything else playwright.config.ts says how long.
 */
export const PATIENCE = {
  /** A direct link: an attempt is given up after 10 s, and who is alone calls out anew after 8 s, then 13 s. */
  directLink: 90_000,
  /** A direct link to somebody who went without a word is given up, and then the other roads are looked for. */
  linkGivenUp: 90_000,
  /** A relay that was away is tried again after up to 30 s. */
  relayBack: 75_000,
  /** Pieces of a file: up to 30 s until the relay is tried again, and as long until they are asked for there. */
  pieces: 120_000,
  /** A mailbox that was not there is asked for again after up to 32 s by whoever came within the first half minute. */
  mailbox: 90_000,
  /** All go over to another mesh within 20 s. */
  nextMesh: 60_000,
} as const
