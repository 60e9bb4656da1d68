import type { EpochSecret } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import type { Platform } from '#lib/host/browser-platform'
import { epochTag, tagKey } from '#lib/protocol/derive'
import type { RelayKey } from '#lib/protocol/door'
import { entryKind } from '#lib/protocol/entry-kind'
import { createFounderKeys, type FounderKeys } from '#lib/vault/device-keys'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import { createGenesis } from '#lib/workspace/genesis'
import { publicKeysOf } from '#lib/workspace/keys'
import type { Genesis, Operation } from '#lib/workspace/operation'
import { decodeOperation, encodeOperation } from '#lib/workspace/operation-format'

/** Keys and genesis of a new workspace, in memory only. Takes a few milliseconds, so it can be done before anybody types. */
export async function foundWorkspace(
  { crypto, random, clock }: Pick<Platform, 'crypto' | 'random' | 'clock'>,
  founderKeys?: FounderKeys,
): Promise<WorkspaceKeys> {
  const keys = founderKeys ?? (await createFounderKeys(crypto, random))
  const secret = random.bytes(32) as EpochSecret
  const { genesis, workspaceId } = await createGenesis(
    keys.root,
    {
      keys: publicKeysOf(keys),
      paper: undefined,
      firstSecret: secret,
      seconds: Math.floor(clock.now() / 1000),
    },
    random,
  )
  return {
    ...keys,
    workspaceId,
    genesis: encodeOperation(genesis).payload,
    tagKey: tagKey(secret, workspaceId),
    epochs: [{ tag: epochTag(workspaceId, secret), secret }],
  }
}

/** `undefined` where these keys came without one. */
export function genesisIn(keys: WorkspaceKeys): Genesis | undefined {
  const decoded = keys.genesis && decodeOperation(entryKind.genesis, keys.genesis)
  return decoded?.ok && decoded.value.type === 'genesis' ? decoded.value : undefined
}

/** What a founder writes after the genesis: where the relay is, and their name if they gave one. */
export function firstOperations(
  { relay }: WorkspaceKeys,
  { origin, random, name }: { readonly origin: string; readonly random: Random; readonly name: string },
): readonly Operation[] {
  const place = { origin, rootKey: relay.publicKey as RelayKey, random: random.bytes(32) }
  const profile: Operation = { type: 'profile.set', name, paper: undefined }
  return [{ type: 'relay.set', relays: [place] }, ...(name ? [profile] : [])]
}
