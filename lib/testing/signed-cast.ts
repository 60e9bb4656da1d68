/**
 * People with real keys: every operation of a history is encoded, named by its hash, signed, verified and decoded again,
 * and every signature inside it is made and checked, all at once by node:crypto. Only the admissibility of keys is not
 * looked at again for each entry; they all come from here.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { toBase64Url } from '#lib/base/base64url'
import { concat, toHex, u32, utf8 } from '#lib/base/bytes'
import type { DeviceId, EntryId, PersonId, Signature, WorkspaceId } from '#lib/base/ids'
import { hash, tag } from '#lib/crypto/hash'
import { createSeedExchangeKey } from '#lib/crypto/seed-keys'
import type { RelayKey } from '#lib/protocol/door'
import type { Cast, Draft } from '#lib/testing/membership-history'
import { deviceMessage } from '#lib/workspace/add-device'
import { genesisMessage, workspaceIdOf } from '#lib/workspace/genesis'
import { joinMessage } from '#lib/workspace/join'
import type { DeviceKeys, ExchangePublicKey } from '#lib/workspace/keys'
import type { KnownOperation, Operation } from '#lib/workspace/operation'
import { decodeOperation, encodeOperation } from '#lib/workspace/operation-format'

/** PKCS #8 and SPKI of Ed25519 (RFC 8410), without the 32 bytes of the key. */
const PRIVATE = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20])

/** Links share a few keys, so that thousands of histories do not heap them up. */
const LINK_KEYS = 16

/** Keys by what they are for, made when they are first asked for. */
export function createSignedCast(): Cast {
  const publicByUse = new Map<string, Uint8Array>()
  const privateByPublic = new Map<string, KeyObject>()
  const verifyKeys = new Map<string, KeyObject>()
  const keysByDevice = new Map<string, DeviceKeys>()
  let workspaceId: WorkspaceId | undefined

  function signingKey(use: string): Uint8Array {
    const known = publicByUse.get(use)
    if (known) return known
    const der = Buffer.from(concat(PRIVATE, hash(utf8(use))))
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    const publicKey = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32))
    publicByUse.set(use, publicKey)
    privateByPublic.set(toHex(publicKey), key)
    return publicKey
  }

  function keysOf(name: string, which = 'laptop'): DeviceKeys {
    const known = keysByDevice.get(`${name} ${which}`)
    if (known) return known
    const exchangeKey = createSeedExchangeKey(hash(utf8(`${name} ${which} exchange`))).publicKey as ExchangePublicKey
    const relayKey = signingKey(`${name} ${which} relay`) as RelayKey
    const keys: DeviceKeys = { device: signingKey(`${name} ${which}`) as DeviceId, exchangeKey, relayKey }
    keysByDevice.set(`${name} ${which}`, keys)
    return keys
  }

  function signWith(publicKey: Uint8Array, message: Uint8Array): Signature {
    const key = privateByPublic.get(toHex(publicKey))
    return (key ? new Uint8Array(sign(null, message, key)) : new Uint8Array(64)) as Signature
  }

  function isSigned(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    const hex = toHex(publicKey)
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(publicKey) }
    const key = verifyKeys.get(hex) ?? createPublicKey({ format: 'jwk', key: jwk })
    verifyKeys.set(hex, key)
    return verify(null, message, key, signature)
  }

  /** The signatures inside, as `checkOperation` looks at them. */
  function areProofsGood(operation: Operation, workspace: WorkspaceId): boolean {
    switch (operation.type) {
      case 'genesis':
        return isSigned(operation.root, genesisMessage(operation), operation.rootSignature)
      case 'admit': {
        const { join } = operation
        const message = joinMessage(join, workspace)
        return (
          isSigned(join.proofKey, message, join.proof) &&
          isSigned(join.keys.device, message, join.deviceSignature) &&
          isSigned(join.root, message, join.rootSignature)
        )
      }
      case 'device.add': {
        const { person, keys, deviceSignature } = operation
        return isSigned(keys.device, deviceMessage(workspace, person, keys), deviceSignature)
      }
      default:
        return true
    }
  }

  function seal({ signer, salt, index, proofsValid: _, ...draft }: Draft) {
    const { kind, payload } = encodeOperation(draft.operation as KnownOperation)
    const decoded = decodeOperation(kind, payload)
    if (!decoded.ok) throw new Error('An operation does not survive its encoding')
    const operation = decoded.value
    if (operation.type === 'genesis') workspaceId ??= workspaceIdOf(operation)
    if (!workspaceId) throw new Error('A log begins with its genesis')
    const place = [draft.device, u32(draft.life), u32(draft.seq), u32(salt), u32(index), ...draft.parents]
    const id = hash(tag('entry'), ...place, Uint8Array.of(kind), payload) as EntryId
    const message = concat(tag('sign'), id)
    if (!isSigned(draft.device, message, signWith(signer, message))) return undefined
    return { ...draft, id, operation, proofsValid: areProofsGood(operation, workspaceId) }
  }

  return {
    personOf: (name) => signingKey(`${name} root`) as PersonId,
    deviceOf: (name, which = 'laptop') => signingKey(`${name} ${which}`) as DeviceId,
    keysOf,
    proofKeyOf: (label) => signingKey(`link ${(hash(utf8(label))[0] ?? 0) % LINK_KEYS}`),
    sign: signWith,
    seal,
  }
}
