import { concat, sameBytes } from '#lib/base/bytes'
import type { DeviceId, WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { hash, tag } from '#lib/crypto/hash'
import { fingerprintOf } from '#lib/transport/session-description'

/**
 * Who is at the other end of a data channel (docs/protocol.md R1). Both sides sign the two certificate fingerprints
 * that DTLS was told to accept, so whoever carried the offers, and even a holder of the room's password, cannot sit in
 * between. Two messages each way: HELLO (version, 1, device, nonce), then PROOF (version, 2, signature).
 */
const VERSION = 1
const HELLO = 1
const PROOF = 2
const NONCE_BYTES = 32
const HELLO_BYTES = 2 + 32 + NONCE_BYTES
const PROOF_BYTES = 2 + 64
/** Messages of each side that belong to the handshake; whatever follows is data. */
export const HANDSHAKE_MESSAGES = 2

/** What the connection itself says, read anew each time. */
export interface ConnectionFacts {
  /** The current descriptions, both agreed on; `undefined` before that. */
  descriptions(): { readonly localSdp: string; readonly remoteSdp: string; readonly initiator: boolean } | undefined
  /** The other side's certificate (DER) as DTLS saw it, where the platform tells. */
  remoteCertificate(): Uint8Array | undefined
}

export interface AuthenticatedPeer {
  readonly device: DeviceId
  /** Whether this side made the offer. */
  readonly initiator: boolean
  /** Of this side's and the other's certificate; a change of either later on is somebody else. */
  readonly fingerprints: Fingerprints
}

export interface Fingerprints {
  readonly local: Uint8Array
  readonly remote: Uint8Array
}

export type HandshakeError =
  | { readonly type: 'malformed-handshake' }
  | { readonly type: 'newer-handshake' }
  /** Not exactly one SHA-256 fingerprint on each side, or another certificate than the one announced. */
  | { readonly type: 'ambiguous-fingerprint' }
  | { readonly type: 'other-certificate' }
  /** This very device, in another tab or reflected. */
  | { readonly type: 'own-device' }
  /** The signature is not of that device over this workspace, these roles, nonces and fingerprints. */
  | { readonly type: 'false-proof' }

export interface HandshakeOptions {
  readonly workspaceId: WorkspaceId
  readonly device: SigningKey
  readonly crypto: Crypto
  readonly random: Random
  readonly facts: ConnectionFacts
  send(message: Uint8Array): void
}

export interface Handshake {
  /** The other side's messages, in order; more than `HANDSHAKE_MESSAGES` are a mistake of the caller. */
  hear(message: Uint8Array): void
  /** Stays pending as long as the other side says nothing. */
  readonly outcome: Promise<Result<AuthenticatedPeer, HandshakeError>>
}

/** Begins at once; the channel is open and both descriptions are agreed on. */
export function createHandshake(options: HandshakeOptions): Handshake {
  const heard: Uint8Array[] = []
  let wake = () => {}
  const next = async (): Promise<Uint8Array> => {
    if (heard.length === 0)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    return heard.shift() ?? new Uint8Array(0)
  }
  return {
    hear(message) {
      heard.push(message.slice())
      wake()
    },
    outcome: shakeHands(options, next),
  }
}

async function shakeHands(
  { workspaceId, device, crypto, random, facts, send }: HandshakeOptions,
  next: () => Promise<Uint8Array>,
): Promise<Result<AuthenticatedPeer, HandshakeError>> {
  const seen = readFacts(facts)
  if (!seen) return err({ type: 'ambiguous-fingerprint' })
  const nonce = random.bytes(NONCE_BYTES)
  send(concat(Uint8Array.of(VERSION, HELLO), device.publicKey, nonce))

  const hello = await next()
  if (hello.length >= 1 && hello[0] !== VERSION) return err({ type: 'newer-handshake' })
  if (hello.length !== HELLO_BYTES || hello[1] !== HELLO) return err({ type: 'malformed-handshake' })
  const theirs = { device: hello.slice(2, 34) as DeviceId, nonce: hello.slice(34) }
  if (sameBytes(theirs.device, device.publicKey)) return err({ type: 'own-device' })
  if (sameBytes(theirs.nonce, nonce)) return err({ type: 'false-proof' })

  const mine = { device: device.publicKey, nonce, fingerprint: seen.fingerprints.local }
  const other = { ...theirs, fingerprint: seen.fingerprints.remote }
  const [first, second] = seen.initiator ? [mine, other] : [other, mine]
  const statement = (byInitiator: boolean) => meshStatement(workspaceId, byInitiator, first, second)
  send(concat(Uint8Array.of(VERSION, PROOF), await device.sign(statement(seen.initiator))))

  const proof = await next()
  if (proof.length !== PROOF_BYTES || proof[0] !== VERSION || proof[1] !== PROOF)
    return err({ type: 'malformed-handshake' })
  if (!(await crypto.verify(theirs.device, statement(!seen.initiator), proof.subarray(2))))
    return err({ type: 'false-proof' })
  if (!showsSame(facts, seen.fingerprints)) return err({ type: 'ambiguous-fingerprint' })
  const certificate = facts.remoteCertificate()
  if (certificate && !sameBytes(hash(certificate), seen.fingerprints.remote)) return err({ type: 'other-certificate' })
  return ok({ device: theirs.device, ...seen })
}

interface MeshSide {
  readonly device: Uint8Array
  readonly nonce: Uint8Array
  readonly fingerprint: Uint8Array
}

/** What one side signs: the initiator's facts first, and which of the two roles the signer has. */
export function meshStatement(
  workspaceId: WorkspaceId,
  byInitiator: boolean,
  initiator: MeshSide,
  responder: MeshSide,
): Uint8Array {
  return concat(
    tag('mesh'),
    workspaceId,
    Uint8Array.of(byInitiator ? 1 : 2),
    initiator.device,
    responder.device,
    initiator.nonce,
    responder.nonce,
    initiator.fingerprint,
    responder.fingerprint,
  )
}

function readFacts(facts: ConnectionFacts): { initiator: boolean; fingerprints: Fingerprints } | undefined {
  const descriptions = facts.descriptions()
  const local = descriptions && fingerprintOf(descriptions.localSdp)
  const remote = descriptions && fingerprintOf(descriptions.remoteSdp)
  return local && remote ? { initiator: descriptions.initiator, fingerprints: { local, remote } } : undefined
}

/** Whether the connection still stands on the fingerprints that were proved. */
export function showsSame(facts: ConnectionFacts, proved: Fingerprints): boolean {
  const now = readFacts(facts)
  return (
    now !== undefined &&
    sameBytes(now.fingerprints.local, proved.local) &&
    sameBytes(now.fingerprints.remote, proved.remote)
  )
}
