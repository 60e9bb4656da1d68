import type { Cancel, Clock } from '#lib/base/clock'
import type { PieceName } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto } from '#lib/crypto/crypto'
import type { AddFileError, FileState, PageFiles } from '#lib/editor/page-files'
import { decodeFileReference, encodeFileReference, type FileReference } from '#lib/files/file-reference'
import { openFile } from '#lib/files/open-file'
import { PICTURE_HEAD_BYTES, pictureType } from '#lib/files/picture-type'
import { sealFile } from '#lib/files/seal-file'
import type { HostClient } from '#lib/host/host-protocol'
import type { PieceAbsence } from '#lib/host/piece-keeper'

export interface PageFilesOptions {
  readonly host: Pick<HostClient, 'run'>
  readonly crypto: Pick<Crypto, 'pieceKey' | 'digest'>
  readonly random: Random
  readonly clock: Clock
}

/** The largest file that may be added to a page. */
export const MAX_FILE_BYTES = 100 * 1024 * 1024
/** What a new leader is asked anew: the lead passes on when a workspace is founded and when another tab is looked at. */
const LEADERS_ASKED = 3
/** What is missing is asked for again after this, then twice as long, up to half a minute. */
const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 30_000
/** Nothing opens it by itself, whatever it is called. */
const PLAIN_BYTES = 'application/octet-stream'

/** Seals and opens files in this tab; the leader keeps and carries the sealed pieces and never has a file's key (F1). */
export function createPageFiles({ host, crypto, random, clock }: PageFilesOptions): PageFiles {
  /** To keep a piece twice is to keep it once. */
  async function keep(piece: {
    readonly name: PieceName
    readonly bytes: Uint8Array
  }): Promise<Result<void, AddFileError>> {
    for (let asked = 1; ; asked++) {
      const kept = await host.run({ type: 'keep-piece', ...piece })
      if (kept.ok) return ok(undefined)
      if (kept.error.type === 'storage-full') return err({ type: 'storage-full' })
      if (kept.error.type !== 'nobody-leads' || asked === LEADERS_ASKED) return err({ type: 'storage-failed' })
    }
  }

  async function add(file: Blob, onShare: (share: number) => void): Promise<Result<string, AddFileError>> {
    if (file.size > MAX_FILE_BYTES) return err({ type: 'too-large', maxBytes: MAX_FILE_BYTES })
    const source = {
      size: file.size,
      read: async (from: number, to: number) => new Uint8Array(await file.slice(from, to).arrayBuffer()),
    }
    const sealed = await sealFile<AddFileError>(source, {
      ...{ crypto, random, keep },
      onProgress: (done) => onShare(file.size === 0 ? 1 : done / file.size),
    }).catch((): Result<FileReference, AddFileError> => err({ type: 'unreadable' }))
    return sealed.ok ? ok(encodeFileReference(sealed.value)) : sealed
  }

  async function piece(name: PieceName): Promise<Result<Uint8Array, PieceAbsence>> {
    const reply = await host.run({ type: 'read-piece', name })
    return reply.ok && reply.value.type === 'piece' ? reply.value.found : err({ type: 'away' })
  }

  async function open(reference: FileReference, show: (state: FileState) => void): Promise<FileState> {
    const parts = await openFile<PieceAbsence>(reference, {
      ...{ crypto, piece },
      onProgress: (done) => done < reference.size && show({ type: 'coming', share: done / reference.size }),
    })
    if (parts.ok) {
      const head = parts.value[0]?.subarray(0, PICTURE_HEAD_BYTES) ?? new Uint8Array()
      const blob = new Blob(parts.value as Uint8Array<ArrayBuffer>[], { type: pictureType(head) ?? PLAIN_BYTES })
      return { type: 'here', blob }
    }
    const { type } = parts.error
    return type === 'damaged' ? { type } : { type: 'waiting', because: type }
  }

  return {
    add,
    follow(text, show) {
      const reference = decodeFileReference(text)
      let isFollowed = true
      let stopWaiting: Cancel = () => {}
      let retryMs = FIRST_RETRY_MS
      const tell = (state: FileState) => isFollowed && show(state)

      async function look(of: FileReference): Promise<void> {
        const state = await open(of, tell)
        tell(state)
        if (!isFollowed || state.type !== 'waiting') return
        stopWaiting = clock.after(retryMs, () => void look(of))
        retryMs = Math.min(2 * retryMs, LAST_RETRY_MS)
      }

      if (reference) {
        tell({ type: 'coming', share: 0 })
        void look(reference)
      } else tell({ type: 'damaged' })
      return () => {
        isFollowed = false
        stopWaiting()
      }
    },
  }
}
