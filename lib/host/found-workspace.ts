import type { DeviceId, EpochSecret } from '#lib/base/ids'
import type { Platform } from '#lib/host/browser-platform'
import { epochTag, tagKey } from '#lib/protocol/derive'
import type { RelayKey } from '#lib/protocol/door'
import { createFounderKeys, type FounderKeys } from '#lib/vault/device-keys'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import { createGenesis } from '#lib/workspace/genesis'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import { encodeOperation } from '#lib/workspace/operation-format'

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
      keys: {
        device: keys.device.publicKey as DeviceId,
        exchangeKey: keys.exchange.publicKey as ExchangePublicKey,
        relayKey: keys.relay.publicKey as RelayKey,
      },
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
