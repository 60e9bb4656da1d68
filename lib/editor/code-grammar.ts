import { common, createLowlight } from 'lowlight'

/** A run of characters of one kind, from and to in UTF-16 units. */
export interface CodeRun {
  readonly from: number
  readonly to: number
  /** A class such as `hljs-string`. */
  readonly kind: string
}

/** Reads code in a language by its name or an alias of it; no runs for a language that it does not know. */
export type ReadCode = (language: string, text: string) => readonly CodeRun[]

interface CodeNode {
  readonly type: string
  readonly value?: string
  readonly properties?: { readonly className?: unknown }
  readonly children?: readonly CodeNode[]
}

/** Large: to be fetched when the first coloured block is on screen. */
export function createCodeGrammar(): ReadCode {
  const lowlight = createLowlight(common)
  return (language, text) => {
    if (!lowlight.registered(language)) return []
    const runs: CodeRun[] = []
    let at = 0
    const visit = (node: CodeNode) => {
      const from = at
      if (node.type === 'text') at += node.value?.length ?? 0
      for (const child of node.children ?? []) visit(child)
      const [kind] = Array.isArray(node.properties?.className) ? node.properties.className : []
      if (typeof kind === 'string' && at > from) runs.push({ from, to: at, kind })
    }
    visit(lowlight.highlight(language, text) as CodeNode)
    return runs
  }
}
