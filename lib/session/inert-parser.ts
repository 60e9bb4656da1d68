/** Parses text that inertHtml made, into a document of its own in which nothing runs or loads. */
export type InertParser = (html: string) => Document

/**
 * The one use of the Trusted Types policy `waxwing-inert`: its text goes into a document that no window shows, and comes
 * out of it as nodes of the page schema only. Made once for a tab, since a browser takes the name of a policy once.
 */
export function createInertParser(): InertParser {
  const { trustedTypes } = window as Window & { readonly trustedTypes?: TrustedTypesFactory }
  let policy: ReturnType<TrustedTypesFactory['createPolicy']> | undefined
  return (html) => {
    policy ??= trustedTypes?.createPolicy('waxwing-inert', { createHTML: (text) => text })
    return new DOMParser().parseFromString((policy?.createHTML(html) ?? html) as string, 'text/html')
  }
}

/** As browsers have it that know Trusted Types. */
interface TrustedTypesFactory {
  createPolicy(name: string, rules: { createHTML(html: string): string }): { createHTML(html: string): unknown }
}
