/** What nodes on one store hand on to each other at once and keep nowhere: presence and signaling. May be lost. */

export interface NodeMessage {
  readonly kind: 'presence' | 'signal'
  /** Name of a room, or UTF-8 of a topic. */
  readonly topic: Uint8Array
  readonly body: Uint8Array
}

export interface NodeBus {
  /** How many nodes there are, this one among them. */
  nodes(): number
  /** Hands a message to all others. */
  send(message: NodeMessage): void
  /** Calls `listener` with what others send, in the order of each. */
  listen(kind: NodeMessage['kind'], listener: (message: NodeMessage) => void): void
}

/** The bus of a node that is alone. */
export const noOtherNodes: NodeBus = { nodes: () => 1, send: () => {}, listen: () => {} }
