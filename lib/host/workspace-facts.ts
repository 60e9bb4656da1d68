/** Facts about people and refusals, as the leader tells them and screens show them. */
import type { Role } from '#lib/workspace/role'

export interface PersonView {
  /** base64url of the person's root key. */
  readonly id: string
  /** '' until they gave one. */
  readonly name: string
  readonly role: Role
  /** 1–12, by join order: the class person-N. */
  readonly colour: number
  readonly online: boolean
  /** Page ids this person has open now (from the leader: channels, in hex). */
  readonly onPages: readonly string[]
}

export interface Notice {
  readonly id: string
  readonly type:
    | 'refused-change'
    | 'forked-chain'
    | 'copied-profile'
    | 'invitation-used-twice'
    | 'transfer-contested'
    | 'needs-newer-version'
    | 'newer-version'
    | 'foreign-tab'
    | 'relay-refused'
    | 'relay-full'
    | 'relay-set-back'
    | 'box-spoilt'
    | 'keys-missing'
    | 'unclean-epoch'
    | 'own-new-device'
    | 'new-device'
    | 'recovered'
    | 'kit-offered'
    | 'kit-elsewhere'
    | 'verified-new-device'
    | 'verified-other-key'
    | 'join-request'
  readonly count: number
  /** Person concerned, if any. */
  readonly who?: string
}
