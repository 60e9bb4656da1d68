import type { TypeName } from '#lib/document/roots'
import type { Reference } from '#lib/document/update-reader'

/** Where structs stand: in the list of a root or of a shared type, or under one of its keys. */
export interface Place {
  /** The same text for the same place. */
  readonly id: string
  /** The name of a root, or the struct that is the shared type. */
  readonly holder: { readonly root: string } | (Reference & { readonly type: TypeName })
  /** `undefined` for its list. */
  readonly key: string | undefined
}

export function placeIn(holder: Place['holder'], key: string | undefined): Place {
  const name = 'root' in holder ? `root ${holder.root}` : `${holder.client} ${holder.clock}`
  return { id: key === undefined ? name : `${name} ${key}`, holder, key }
}
