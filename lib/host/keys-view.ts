/** What a person may know about the keys of the workspace. */
export interface KeysView {
  /** Others write under keys that this device does not have yet (K2). */
  readonly lacking: boolean
  /** New keys are due, say because somebody left, and no admin's device made them yet. */
  readonly due: boolean
  /** Devices, as in `DeliveryPerson`, that said something under the newest keys. */
  readonly heldBy: readonly string[]
}
