/** Which epochs the log knows, and in which one writes (docs/protocol.md K1, K3). */
import { compareBytes, toHex } from '#lib/base/bytes'
import type { EpochTag, WorkspaceId } from '#lib/base/ids'
import { hash, tag } from '#lib/crypto/hash'
import { epochTagOf } from '#lib/protocol/derive'
import { maximalOf } from '#lib/workspace/causal-order'
import { rotationIn } from '#lib/workspace/handed-out'
import type { LogNode } from '#lib/workspace/log-node'
import type { Epoch } from '#lib/workspace/membership-state'
import type { Rotation } from '#lib/workspace/operation'

/** What the rotations that count come to. */
export interface EpochsOfLog {
  readonly epoch: Epoch
  readonly epochs: readonly Epoch[]
  /** Rotations whose tag stands for two commitments. */
  readonly clashing: readonly LogNode[]
}

/** `nodes` are those that count, the past first. */
export function epochsOfLog(nodes: readonly LogNode[], workspaceId: WorkspaceId, firstEpoch: EpochTag): EpochsOfLog {
  const first: Epoch = { tag: firstEpoch, commitment: undefined, operations: [] }
  const commitmentsByTag = new Map([[toHex(firstEpoch), new Set([''])]])
  const rotations = nodes.filter((node) => rotationOf(node) !== undefined)
  for (const node of rotations) {
    const key = toHex(tagOf(node))
    commitmentsByTag.set(key, (commitmentsByTag.get(key) ?? new Set()).add(toHex(commitmentOf(node))))
  }
  const clashing = rotations.filter((node) => commitmentsByTag.get(toHex(tagOf(node)))?.size !== 1)
  const good = rotations.filter((node) => !clashing.includes(node))
  const epochs = [first, ...good.map((node) => epochOf([node], workspaceId))]
  const newest = maximalOf(good)
  return { epoch: newest.length === 0 ? first : epochOf(newest, workspaceId), epochs, clashing }
}

/** The rotation that an operation is or brings along. */
export const rotationOf = ({ operation }: LogNode): Rotation | undefined => rotationIn(operation)

/** By operation (hex), the epoch that it began. */
export const rotationTags = (nodes: readonly LogNode[]): Map<string, EpochTag> =>
  new Map(nodes.flatMap((node) => (rotationOf(node) ? [[node.id, tagOf(node)] as const] : [])))

const commitmentOf = (node: LogNode): Uint8Array => rotationOf(node)?.commitment ?? new Uint8Array(32)
const tagOf = (node: LogNode): EpochTag => epochTagOf(commitmentOf(node))

function epochOf(nodes: readonly LogNode[], workspaceId: WorkspaceId): Epoch {
  const byHex = new Map(nodes.map((node) => [toHex(commitmentOf(node)), commitmentOf(node)]))
  const commitments = [...byHex.values()].sort(compareBytes)
  const commitment =
    commitments.length === 1 && commitments[0] ? commitments[0] : joinedCommitment(workspaceId, commitments)
  return { tag: epochTagOf(commitment), commitment, operations: nodes.map((node) => node.entry.id).sort(compareBytes) }
}

/** The name of the epoch that several rotations make together; `commitments` are sorted. */
export const joinedCommitment = (workspaceId: WorkspaceId, commitments: readonly Uint8Array[]): Uint8Array =>
  hash(tag('join'), workspaceId, ...commitments)
