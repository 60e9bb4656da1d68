/**
 * What a person is told about who has their edits: derived from commits and signed receipts only (R10), so it never
 * claims more than was proven. Plain facts; the words stand in lib/words.
 */

/** The pill's states of product.md; counts are of people (not devices), silent ones excluded and named in the panel. */
export type PillState =
  | { readonly type: 'not-saved-yet' }
  | { readonly type: 'saving' }
  /** Nobody else is counted. `copied`: one relay has on its disk all edits that are here, also those of others, and files added here. */
  | { readonly type: 'saved-here'; readonly copied: boolean }
  /** `viaRelay`: somebody is there now, and the relay is the only road to anybody. */
  | { readonly type: 'everyone'; readonly viaRelay: boolean }
  /** Everyone has the edits, and a relay does not have all pictures and files that they name. */
  | { readonly type: 'files-waiting' }
  | { readonly type: 'some'; readonly have: number; readonly of: number }
  | { readonly type: 'offline'; readonly waiting: number }
  | { readonly type: 'connecting' }
  | { readonly type: 'caught-up'; readonly sent: number; readonly received: number }
  | { readonly type: 'blocked'; readonly count: number }
  | { readonly type: 'storage-unsafe' }
  | { readonly type: 'storage-full' }
  /** This device is not, or no longer, in the workspace: nothing goes out and nothing comes. */
  | { readonly type: 'ended' }

export interface DeliveryView {
  readonly pill: PillState
  /** Others first, whoever is behind first, then me. */
  readonly people: readonly DeliveryPerson[]
  /** `unchecked`: edits for which a segment stands (S0) that nobody but its author spoke for (S1), not among `edits`. */
  readonly verified: { readonly edits: number; readonly people: number; readonly unchecked: number }
  /** `full`: each that answers has no room for what is new, and goes on giving what it has. */
  readonly relay: 'connected' | 'full' | 'connecting' | 'away' | 'refused'
  /** One relay has on its disk all that this device wrote, operations, too. */
  readonly relayed: boolean
  readonly directPeers: number
}

/** To somebody who is no member: nobody waits for anything of theirs. */
export const endedDelivery = (before: DeliveryView): DeliveryView => ({
  ...before,
  pill: { type: 'ended' },
  people: [],
})

export interface DeliveryPerson {
  readonly id: string
  readonly name: string
  readonly colour: number
  readonly me: boolean
  /** Edits of this device that the person's best device lacks; 0 means has everything. */
  readonly behind: number
  readonly devices: readonly {
    readonly id: string
    readonly thisOne: boolean
    readonly behind: number
    readonly link: 'direct' | 'relay' | 'none'
    /** Milliseconds since 1970 of the newest signed receipt; undefined if none ever came. */
    readonly seenAt?: number
    /** No receipt for 30 days: named, not counted. */
    readonly silent: boolean
  }[]
}
