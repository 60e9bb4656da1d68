import type { Node } from 'prosemirror-model'
import type { PageFiles } from '#lib/editor/page-files'
import { decodeFileReference } from '#lib/files/file-reference'

/** What a page names and shows, or offers to download. */
export type FileNode = 'image' | 'file'

/** A file that leaves with its page. */
export interface GatheredFile {
  readonly node: FileNode
  /** How nodes name it. */
  readonly file: string
  /** '' where it has none. */
  readonly name: string
  /** See pictureSize; '' where the page does not say. */
  readonly pixels: string
  readonly content: Blob
}

/** A file that only its name leaves of. */
export interface LeftFile {
  readonly node: FileNode
  readonly name: string
  readonly because:
    | { /** Nobody could give it, or it is not what was put there. */ readonly type: 'away' }
    | { /** A picture that browsers draw nowhere, or this one cannot. */ readonly type: 'not-shown' }
    | { readonly type: 'no-room'; readonly limitMegabytes: number }
}

/** Gathers what the pages of one export name, each file once. */
export interface FileGathering {
  /** Those of one page as they come; `onLooked` after each, one that cannot be had too. */
  gather(doc: Node, onLooked?: (done: number, of: number) => void): AsyncGenerator<GatheredFile>
  /** For what was gathered and cannot leave as it is. */
  leave(file: GatheredFile, because: 'not-shown' | 'no-room'): void
  left(): readonly LeftFile[]
}

export interface GatheringOptions {
  readonly files: Pick<PageFiles, 'follow'>
  readonly nodes: readonly FileNode[]
  /** What all of them together may have. */
  readonly limitMegabytes: number
  /** Begins no further file. */
  readonly signal: AbortSignal
}

const MEGABYTE = 1_048_576

export function createFileGathering({ files, nodes, limitMegabytes, signal }: GatheringOptions): FileGathering {
  const looked = new Set<string>()
  const left: LeftFile[] = []
  const reasonOf = (type: LeftFile['because']['type']): LeftFile['because'] =>
    type === 'no-room' ? { type, limitMegabytes } : { type }
  let free = limitMegabytes * MEGABYTE

  return {
    async *gather(doc, onLooked) {
      const wanted = filesOf(doc, nodes).filter(({ file }) => !looked.has(file))
      for (const [at, { node, file, name, pixels }] of wanted.entries()) {
        if (signal.aborted) return
        looked.add(file)
        const isTooLarge = (decodeFileReference(file)?.size ?? 0) > free
        const content = isTooLarge ? undefined : await contentOf(files, file, signal)
        const isKept = content !== undefined && content.size <= free
        if (isKept) free -= content.size
        if (signal.aborted) return
        if (isKept) yield { node, file, name, pixels, content }
        else {
          const hasNoRoom = isTooLarge || content !== undefined
          left.push({ node, name, because: reasonOf(hasNoRoom ? 'no-room' : 'away') })
        }
        onLooked?.(at + 1, wanted.length)
      }
    },
    leave({ node, name }, because) {
      left.push({ node, name, because: reasonOf(because) })
    },
    left: () => left,
  }
}

/** Each once, in the order of the page. */
function filesOf(doc: Node, nodes: readonly FileNode[]): readonly Omit<GatheredFile, 'content'>[] {
  const found = new Map<string, Omit<GatheredFile, 'content'>>()
  doc.descendants(({ type, attrs }) => {
    const node = nodes.find((one) => one === type.name)
    const file = String(attrs.file)
    if (node && !found.has(file)) {
      found.set(file, { node, file, name: String(attrs.name), pixels: String(attrs.pixels ?? '') })
    }
  })
  return [...found.values()]
}

/** `undefined` where nobody can give it now. */
function contentOf(files: Pick<PageFiles, 'follow'>, file: string, signal: AbortSignal): Promise<Blob | undefined> {
  return new Promise((resolve) => {
    let stop: (() => void) | undefined
    let isSettled = false
    const settle = (content: Blob | undefined) => {
      isSettled = true
      signal.removeEventListener('abort', giveUp)
      stop?.()
      resolve(content)
    }
    const giveUp = () => settle(undefined)
    signal.addEventListener('abort', giveUp)
    stop = files.follow(file, (state) => {
      if (state.type !== 'coming') settle(state.type === 'here' ? state.blob : undefined)
    })
    if (isSettled) stop()
  })
}
