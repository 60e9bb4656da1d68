/** What version 1 of the protocol bounds (docs/protocol.md §3, E10). Changing one is a change of version. */

/** A frame on a link. */
export const MAX_FRAME_BYTES = 65_536
/** A payload after inflating, of every kind but snapshots. */
export const MAX_PAYLOAD_BYTES = 131_072
/** A snapshot's part after inflating. */
export const MAX_SNAPSHOT_PART_BYTES = 1_048_576
/** Parts of one payload, in consecutive entries. */
export const MAX_PARTS = 256
/** Payloads above are deflated where that makes them shorter. */
export const DEFLATE_ABOVE_BYTES = 512
/** `mh` of one entry (E4). */
export const MAX_MEMBERSHIP_HEADS = 8
/** `deps` of one entry (E4). */
export const MAX_DEPENDENCIES = 64
/** Typed values at the end of one body. */
export const MAX_TAIL_VALUES = 32
/** One of them. */
export const MAX_TAIL_VALUE_BYTES = 1024
/** Numbers of entry kinds and tail types. */
export const MAX_KIND = 65_535
/** Entries in one life. */
export const MAX_SEQ = 2 ** 32 - 1
/** A box: the longest body, padded, and the 16 bytes of the seal. */
export const MAX_BOX_BYTES = 1_181_696
/** The largest object that travels in slices: a run that ends in an entry with the longest box (E9, E10). */
export const MAX_OBJECT_BYTES = MAX_BOX_BYTES + MAX_FRAME_BYTES
/** Entries in one run. */
export const MAX_RUN_ENTRIES = 4096
/** Entries that one segment stands for (S0). */
export const MAX_SEGMENT_ENTRIES = 4096
/** Segments that one entry acknowledges (S1). */
export const MAX_ACKNOWLEDGED = 256
/** Lanes that one direction of a link numbers; further ones are named each time. */
export const MAX_LANES = 4096
/** Where `mh` is written at the latest (E4). */
export const MEMBERSHIP_HEADS_EVERY = 256
/** Client-id slots of one life (E7). */
export const MAX_SLOTS = 16
/** Lives beyond the newest known one whose pseudonyms are looked for. */
export const LIVES_AHEAD = 3
/** What one piece of a file holds (F1). */
export const PIECE_BYTES = 262_144
/** A sealed piece. */
export const MAX_SEALED_PIECE_BYTES = PIECE_BYTES + 16
