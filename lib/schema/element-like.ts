/** What parse rules read of a pasted element; the DOM's own HTMLElement fits, and the core needs no DOM types. */
export interface ElementLike {
  getAttribute(name: string): string | null
  hasAttribute(name: string): boolean
  querySelector(selectors: string): ElementLike | null
}
