/** Times and sizes of replication between peers; all of them choices of this side alone, none part of the protocol. */
export interface SyncSettings {
  /** A round of anti-entropy comes this long after the last root was heard or said on a link, at random in between (R2). */
  readonly roundMinMs: number
  readonly roundMaxMs: number
  /** Each round after which nothing was new is followed by twice the pause before, up to so many times the first. */
  readonly calmRounds: number
  /** When a link is asked for a sign of life (`KeepAliveSettings`). */
  readonly restMs: number
  readonly pingMs: number
  readonly silentPings: number
  /** How long news of an entry wait for the entry itself, before it is asked for (R2). */
  readonly graftMs: number
  /** How long entries are gathered before IHAVE tells of them, at random in between. */
  readonly newsMinMs: number
  readonly newsMaxMs: number
  /** Lazy links that are told at a time; the others learn by anti-entropy. */
  readonly newsFanout: number
  /** A link that answers nothing for this long loses what it was asked for. */
  readonly answerMs: number
  /** So does one that answers other things, but not this. */
  readonly answerAtLatestMs: number
  /** While entries keep coming, a link is compared in depth no more often than this. */
  readonly compareBusyMs: number
  /** Entries that came within this time keep a device busy. */
  readonly busyMs: number
  /** How often, while nothing else is wanted, entries are fetched for which segments stand here (S0). */
  readonly leisureMs: number
}

export const DEFAULT_SYNC_SETTINGS: SyncSettings = {
  roundMinMs: 10_000,
  roundMaxMs: 15_000,
  calmRounds: 4,
  restMs: 60_000,
  pingMs: 5_000,
  silentPings: 3,
  graftMs: 150,
  newsMinMs: 2_000,
  newsMaxMs: 3_000,
  newsFanout: 2,
  answerMs: 3_000,
  answerAtLatestMs: 30_000,
  compareBusyMs: 30_000,
  busyMs: 1_000,
  leisureMs: 60_000,
}

/** Bytes of run data that may be on their way before the other side says that it took them in. */
export const WINDOW_BYTES = 524_288
/** Taken-in bytes after which the other side is told. */
export const ACK_EVERY_BYTES = 131_072
/** A link with a longer queue is given no more answers. */
export const HIGH_WATER_BYTES = 1_048_576
/** Read from the source at a time; a run extends to the next signature that was kept (E9). */
export const RUN_BYTES = 24_576
/** What may wait to be taken in from one link: a window, pushes beside it, and one large object. */
export const MAX_INBOX_BYTES = 4 * 1_048_576
/** Log entries to and from a device that is not known active (R1). */
export const MAX_UNTRUSTED_BYTES = 1_048_576
/** Chains that one link is asked for at a time. */
export const MAX_ASKED = 64
/** Chains that one link may say it holds and this device lacks, and that it may want. */
export const MAX_WANTS = 16_384
/** Sealed presence or receipt in one frame. */
export const MAX_SEALED_BYTES = 16_384
