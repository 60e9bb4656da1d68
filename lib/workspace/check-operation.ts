import type { WorkspaceId } from '#lib/base/ids'
import type { Crypto } from '#lib/crypto/crypto'
import { isAdmissibleExchangeKey, isAdmissibleSigningKey } from '#lib/crypto/key-profile'
import { isDeviceAddSigned } from '#lib/workspace/add-device'
import { isGenesisSigned } from '#lib/workspace/genesis'
import { isJoinSigned } from '#lib/workspace/join'
import type { Operation } from '#lib/workspace/operation'

/**
 * Whether the keys and signatures inside an operation are good: what the resolver takes as an input, since it is pure.
 * Depends on the operation and the workspace alone, so it may run before the operation's parents are there.
 */
export async function checkOperation(crypto: Crypto, workspaceId: WorkspaceId, operation: Operation): Promise<boolean> {
  switch (operation.type) {
    case 'genesis':
      return isGenesisSigned(crypto, operation)
    case 'admit':
      return isJoinSigned(crypto, workspaceId, operation.join)
    case 'device.add':
      return isDeviceAddSigned(crypto, workspaceId, operation)
    case 'invite.create':
      return isAdmissibleSigningKey(operation.proofKey) && isAdmissibleSigningKey(operation.mailboxKey)
    case 'profile.set': {
      const { paper } = operation
      return !paper || (isAdmissibleExchangeKey(paper.exchangeKey) && isAdmissibleSigningKey(paper.relayKey))
    }
    default:
      return true
  }
}
