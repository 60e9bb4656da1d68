import type { DeviceId } from '#lib/base/ids'
import type { AdmissionDesk } from '#lib/host/admission-desk'
import { deviceFacts } from '#lib/host/device-watch'
import { nameOfDevice } from '#lib/host/face-of'
import type { ForkWatch } from '#lib/host/fork-watch'
import { heldBackView } from '#lib/host/held-back-view'
import type { HeldBackWatch } from '#lib/host/held-back-watch'
import type { HostNetwork } from '#lib/host/host-network'
import type { HostView } from '#lib/host/host-protocol'
import { buildHostView } from '#lib/host/host-view'
import { keyFacts, keysView } from '#lib/host/key-facts'
import type { KeyKeeper } from '#lib/host/key-keeper'
import { memberStanding } from '#lib/host/member-standing'
import type { NoticeBoard } from '#lib/host/notice-board'
import type { OwnDevices } from '#lib/host/own-devices'
import { NO_ROOM_MAKING, type RoomMaking } from '#lib/host/room-making'
import { setAsideView } from '#lib/host/set-aside-view'
import { requestFacts, standingFacts } from '#lib/host/standing-facts'
import type { UndoneWatch } from '#lib/host/undone-watch'
import type { VerifiedPeople } from '#lib/host/verified-people'
import type { HeldBack } from '#lib/replica/held-back'
import type { Replica } from '#lib/replica/replica'
import type { SetAside } from '#lib/replica/set-aside'
import type { MembershipState } from '#lib/workspace/membership-state'

/** The rooms of a leader that know something to show; those that open last are absent at first. */
export interface ViewParts {
  readonly replica: Pick<Replica, 'membership'>
  readonly device: DeviceId
  /** The workspace came back from a backup to be read (V7). */
  readonly fromBackup: boolean
  readonly ownName: string
  readonly nowMs: number
  readonly network: HostNetwork
  readonly keyKeeper: KeyKeeper
  readonly desk: AdmissionDesk | undefined
  readonly ownDevices: OwnDevices | undefined
  readonly verified: VerifiedPeople
  readonly undone: UndoneWatch
  readonly forks: ForkWatch
  readonly roomMaking: RoomMaking | undefined
  readonly notices: NoticeBoard
  readonly heldBack: HeldBackWatch<HeldBack>
  readonly setAside: HeldBackWatch<SetAside>
}

/** All that tabs show of the workspace as it stands now. */
export function readView(state: MembershipState, parts: ViewParts): HostView {
  const { replica, device, ownName, nowMs, network, keyKeeper, desk, ownDevices, verified, undone, notices, heldBack } =
    parts
  const standing = memberStanding(replica.membership, device, parts.fromBackup)
  const relayTrouble = standing.type === 'member' ? network.relayTrouble() : undefined
  const requests = desk?.requests() ?? []
  const facts = [
    ...requestFacts(requests),
    ...standingFacts(state, device, relayTrouble),
    ...keyFacts(keyKeeper, (one) => nameOfDevice(state, one)),
    ...parts.forks.facts(state),
    ...deviceFacts(ownDevices?.facts(state) ?? [], verified.facts(state), (one) => verified.has(one, state)),
  ]
  return buildHostView(state, {
    ...{ device, ownName, nowMs, requests, standing },
    delivery: network.delivery(),
    connection: network.connection(),
    kit: ownDevices?.kit.standing() ?? 'none',
    notices: [...notices.list(), ...notices.standing(facts)],
    verified: verified.list(state),
    undone: undone.list(state, device, nowMs),
    roomMaking: parts.roomMaking?.view(state) ?? NO_ROOM_MAKING,
    keys: keysView(keyKeeper, network.holders(), device),
    heldBack: [...heldBackView(state, device, heldBack.list()), ...setAsideView(state, parts.setAside.list())],
    channelsByPerson: network.presence.channelsByPerson(),
  })
}
