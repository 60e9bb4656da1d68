declare const brand: unique symbol
/** A value that carries its meaning in its type, so that two ids are never mixed up. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** 32 bytes: hash of the genesis payload (M1). */
export type WorkspaceId = Brand<Uint8Array, 'WorkspaceId'>
/** 32 bytes: Ed25519 public key of a device. */
export type DeviceId = Brand<Uint8Array, 'DeviceId'>
/** 32 bytes: Ed25519 public key of a member's root, the identity of a person in one workspace. */
export type PersonId = Brand<Uint8Array, 'PersonId'>
/** 32 bytes: hash of a sealed entry without its signature. */
export type EntryId = Brand<Uint8Array, 'EntryId'>
/** 16 random bytes. */
export type DocumentId = Brand<Uint8Array, 'DocumentId'>
/** 16 bytes: pseudonym of a channel. */
export type ChannelTag = Brand<Uint8Array, 'ChannelTag'>
/** 16 bytes: pseudonym of one life of one device in one channel. */
export type ChainTag = Brand<Uint8Array, 'ChainTag'>
/** 16 bytes: prefix of an epoch's commitment. */
export type EpochTag = Brand<Uint8Array, 'EpochTag'>
/** The plain name behind a channel tag: a fixed text, or document id ‖ kind. */
export type ChannelName = Brand<Uint8Array, 'ChannelName'>
/** 32 secret bytes of an epoch, E_n. */
export type EpochSecret = Brand<Uint8Array, 'EpochSecret'>
/** 32 secret bytes, T: turns names into pseudonyms. */
export type TagKey = Brand<Uint8Array, 'TagKey'>
/** 64 bytes: Ed25519 signature. */
export type Signature = Brand<Uint8Array, 'Signature'>
/** 32 bytes: hash of a sealed piece of a file (F1). */
export type PieceName = Brand<Uint8Array, 'PieceName'>
/** 32 secret bytes: what the pieces of one file are sealed under. */
export type FileKey = Brand<Uint8Array, 'FileKey'>
