import { fromHex, toHex } from '#lib/base/bytes'
import type { Crypto } from '#lib/crypto/crypto'
import { kdf } from '#lib/crypto/kdf'
import { isAdmissibleExchangeKey, isAdmissibleSigningKey } from '#lib/crypto/key-profile'

/** The public vectors that the tests of lib/crypto read, file by file, as JSON. */
export interface Vectors {
  readonly ed25519: {
    testGroups: { publicKey: { pk: string }; tests: { tcId: number; msg: string; sig: string; result: string }[] }[]
  }
  readonly speccheck: { message: string; pub_key: string; signature: string }[]
  readonly x25519: {
    testGroups: { tests: { tcId: number; public: string; private: string; shared: string; flags: string[] }[] }[]
  }
  readonly aesGcm: { testGroups: { ivSize: number; keySize: number; tests: AesGcmTest[] }[] }
  readonly hkdf: { testGroups: { tests: HkdfTest[] }[] }
}

type AesGcmTest = Readonly<Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag' | 'result', string>> & { tcId: number }
type HkdfTest = Readonly<Record<'ikm' | 'salt' | 'info' | 'okm' | 'result', string>> & { tcId: number; size: number }

/** What a backend said to one vector, and what its authors say; `refused` stands for no result at all. */
export interface Verdict {
  readonly vector: string
  readonly said: string
  readonly expected: string
}

const REFUSED = 'refused'

/** The verdicts of one backend, in the order of the vectors. */
export async function vectorVerdicts(crypto: Crypto, vectors: Vectors): Promise<Verdict[]> {
  return [
    ...(await signatureVerdicts(crypto, vectors)),
    ...(await agreementVerdicts(crypto, vectors)),
    ...(await sealVerdicts(crypto, vectors)),
    ...derivationVerdicts(vectors),
  ]
}

async function signatureVerdicts(crypto: Crypto, { ed25519, speccheck }: Vectors): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const { publicKey, tests } of ed25519.testGroups) {
    for (const { tcId, msg, sig, result } of tests) {
      const said = await crypto.verify(bytes(publicKey.pk), bytes(msg), bytes(sig))
      verdicts.push({ vector: `Ed25519 ${tcId}`, said: `${said}`, expected: `${result === 'valid'}` })
    }
  }
  for (const [i, { message, pub_key, signature }] of speccheck.entries()) {
    const said = await crypto.verify(bytes(pub_key), bytes(message), bytes(signature))
    verdicts.push({ vector: `speccheck ${i}`, said: `${said}`, expected: `${i === 3}` })
    const admissible = isAdmissibleSigningKey(bytes(pub_key))
    verdicts.push({ vector: `speccheck key ${i}`, said: `${admissible}`, expected: `${admissible && i !== 3}` })
  }
  return verdicts
}

async function agreementVerdicts(crypto: Crypto, { x25519 }: Vectors): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const test of x25519.testGroups.flatMap(({ tests }) => tests)) {
    const shared = await (await crypto.exchangeKey(bytes(test.private))).agree(bytes(test.public))
    const zero = test.flags.includes('ZeroSharedSecret')
    const said = shared.ok ? toHex(shared.value) : REFUSED
    verdicts.push({ vector: `X25519 ${test.tcId}`, said, expected: zero ? REFUSED : test.shared })
    const admissible = isAdmissibleExchangeKey(bytes(test.public))
    verdicts.push({ vector: `X25519 key ${test.tcId}`, said: `${admissible}`, expected: `${admissible && !zero}` })
  }
  return verdicts
}

async function sealVerdicts(crypto: Crypto, { aesGcm }: Vectors): Promise<Verdict[]> {
  const fitting = aesGcm.testGroups.filter(({ ivSize, keySize }) => ivSize === 96 && keySize === 256)
  const verdicts: Verdict[] = []
  for (const { tcId, key, iv, aad, msg, ct, tag, result } of fitting.flatMap(({ tests }) => tests)) {
    const storageKey = await crypto.restoreStorageKey({ kind: 'seed', seed: bytes(key) })
    const opened = await storageKey.open(bytes(iv + ct + tag), bytes(aad))
    const said = opened.ok ? toHex(opened.value) : REFUSED
    verdicts.push({ vector: `AES-GCM ${tcId}`, said, expected: result === 'valid' ? msg : REFUSED })
  }
  return verdicts
}

const derivationVerdicts = ({ hkdf }: Vectors): Verdict[] =>
  hkdf.testGroups
    .flatMap(({ tests }) => tests)
    .map((test) => ({
      vector: `HKDF ${test.tcId}`,
      said: derived(test),
      expected: test.result === 'valid' ? test.okm : REFUSED,
    }))

function derived({ ikm, salt, info, size }: HkdfTest): string {
  try {
    return toHex(kdf(bytes(ikm), bytes(salt), bytes(info), size))
  } catch {
    return REFUSED
  }
}

function bytes(hex: string): Uint8Array {
  const found = fromHex(hex)
  if (!found) throw new Error('Not hexadecimal')
  return found
}
