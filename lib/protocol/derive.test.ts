import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '#lib/base/bytes'
import type { DeviceId, EntryId, EpochSecret, WorkspaceId } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import { bodyChannelName, discussionChannelName, indexChannelName, logChannelName } from '#lib/protocol/channel-name'
import {
  chainTag,
  channelKeys,
  channelTag,
  epochCommitment,
  epochTag,
  firstEpochBinding,
  meshRoom,
  presenceKey,
  receiptKey,
  slotClients,
  tagKey,
} from '#lib/protocol/derive'

const named = <T extends Uint8Array>(name: string) => hash(utf8(name)) as Uint8Array as T
const workspaceId = named<WorkspaceId>('workspace')
const secret = named<EpochSecret>('secret')
const tags = tagKey(secret, workspaceId)
const [alice, bob] = [named<DeviceId>('alice'), named<DeviceId>('bob')]
const document = hash(utf8('page')).slice(0, 16) as Parameters<typeof bodyChannelName>[0]
const channel = channelTag(tags, bodyChannelName(document))

const allDiffer = (values: readonly Uint8Array[]) => expect(new Set(values.map(toHex)).size).toBe(values.length)

describe('pseudonyms', () => {
  it('differ by channel, device, life and workspace', () => {
    const other = tagKey(secret, named('another workspace'))
    const names = [logChannelName, indexChannelName, bodyChannelName(document), discussionChannelName(document)]
    allDiffer([tags, other].flatMap((key) => names.map((name) => channelTag(key, name))))
    allDiffer([
      chainTag(tags, alice, 0, channel),
      chainTag(tags, alice, 1, channel),
      chainTag(tags, bob, 0, channel),
      chainTag(tags, alice, 0, channelTag(tags, indexChannelName)),
      chainTag(other, alice, 0, channel),
    ])
  })
})

describe('keys', () => {
  it('differ by use, by epoch and by workspace', () => {
    const uses = (epoch: EpochSecret, workspace: WorkspaceId) => {
      const { seal, hedge } = channelKeys(epoch, workspace, channel)
      const { name, password } = meshRoom(epoch, workspace)
      const commitments = [epochCommitment(workspace, epoch), firstEpochBinding(workspace, epoch)]
      const rest = [presenceKey(epoch, workspace), receiptKey(epoch, workspace), tagKey(epoch, workspace)]
      return [seal, hedge, utf8(name), utf8(password), ...commitments, ...rest]
    }
    allDiffer([...uses(secret, workspaceId), ...uses(named('next secret'), workspaceId)])
    allDiffer([...uses(secret, workspaceId), ...uses(secret, named('another workspace'))])
  })

  it('name an epoch by the beginning of its commitment', () => {
    expect(epochTag(workspaceId, secret)).toEqual(epochCommitment(workspaceId, secret).slice(0, 16))
  })
})

describe('slotClients', () => {
  const client = (slot: number, life = 0, device = alice, admission: EntryId | WorkspaceId = workspaceId) =>
    slotClients(device, admission, channel, life)[slot] ?? 0

  it('E7 gives every slot, life, device and admission an id of its own', () => {
    const lives = [0, 1].flatMap((life) => Array.from({ length: 16 }, (_, slot) => client(slot, life)))
    const ids = [...lives, client(0, 0, bob), client(0, 0, alice, named<EntryId>('admit'))]
    expect(new Set(ids).size).toBe(34)
  })

  it('E7 gives ids of 53 bits, all of them used', () => {
    const ids = Array.from({ length: 200 }, (_, life) => client(0, life))
    expect(ids.every((id) => Number.isSafeInteger(id) && id >= 0)).toBe(true)
    expect(Math.max(...ids)).toBeGreaterThan(2 ** 52)
    expect(new Set(ids.map((id) => id % 2)).size).toBe(2)
  })
})
