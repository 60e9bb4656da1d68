/** What this browser profile keeps of the linkings that it took part in (V6). */
import { sameBytes } from '#lib/base/bytes'
import type { DeviceId, WorkspaceId } from '#lib/base/ids'
import { readNote } from '#lib/host/note'
import { bytesOf, decodeWith, encodeWith, listOf, oneOf, optional, record, yesOrNo } from '#lib/protocol/format'
import type { ProfileStorage } from '#lib/storage/storage'
import { type LinkSecret, type LinkSide, linkSides } from '#lib/workspace/device-link'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import { nameFormat } from '#lib/workspace/name'

/** Another browser of the person's, linked with this one by a code that was typed. */
export interface DeviceLink {
  readonly secret: LinkSecret
  /** This side. */
  readonly side: LinkSide
  /** What the other one calls itself; '' where nobody said. */
  readonly name: string
  /** Where both are, and which device the other is there. */
  readonly places: readonly LinkPlace[]
  /** The other one was revoked in one of them: nothing is told to it any more, anywhere. */
  readonly isOut: boolean
  /** The kit that the other one was told of last. */
  readonly toldKit: ExchangePublicKey | undefined
}

export interface LinkPlace {
  readonly workspaceId: WorkspaceId
  readonly device: DeviceId
}

const KEY = 'device-links'
const MOST_LINKS = 64
const MOST_PLACES = 1024

const linksFormat = listOf<DeviceLink>(
  record({
    secret: bytesOf<LinkSecret>(32),
    side: oneOf<LinkSide>(linkSides),
    name: nameFormat,
    places: listOf<LinkPlace>(record({ workspaceId: bytesOf(32), device: bytesOf(32) }), MOST_PLACES),
    isOut: yesOrNo,
    toldKit: optional(bytesOf<ExchangePublicKey>(32)),
  }),
  MOST_LINKS,
)

const decode = (bytes: Uint8Array | undefined): readonly DeviceLink[] => {
  const links = bytes && decodeWith(linksFormat, bytes)
  return links?.ok ? links.value : []
}

export const readLinks = async (storage: ProfileStorage): Promise<readonly DeviceLink[]> =>
  (await readNote(storage, KEY, linksFormat)) ?? []

/** A link takes the place of any with the same browser. False where it cannot be written. */
export async function keepLink(storage: ProfileStorage, link: DeviceLink): Promise<boolean> {
  const isSame = (other: DeviceLink) =>
    other.places.some(({ device }) => link.places.some((p) => sameBytes(p.device, device)))
  const written = await storage.updateRecord(KEY, (bytes) =>
    encodeWith(linksFormat, [...decode(bytes).filter((other) => !isSame(other)), link].slice(-MOST_LINKS)),
  )
  return written.ok
}

/** `change` may run several times and must have no effect of its own. */
export async function changeLink(
  storage: ProfileStorage,
  secret: LinkSecret,
  change: (link: DeviceLink) => DeviceLink,
): Promise<boolean> {
  const written = await storage.updateRecord(KEY, (bytes) => {
    const links = decode(bytes)
    if (!links.some((link) => sameBytes(link.secret, secret))) return bytes
    return encodeWith(
      linksFormat,
      links.map((link) => (sameBytes(link.secret, secret) ? change(link) : link)),
    )
  })
  return written.ok
}

export const placeIn = (link: DeviceLink, workspaceId: WorkspaceId): LinkPlace | undefined =>
  link.places.find((place) => sameBytes(place.workspaceId, workspaceId))

export const withPlace = (link: DeviceLink, place: LinkPlace): DeviceLink => ({
  ...link,
  places: [...link.places.filter(({ workspaceId }) => !sameBytes(workspaceId, place.workspaceId)), place].slice(
    -MOST_PLACES,
  ),
})
