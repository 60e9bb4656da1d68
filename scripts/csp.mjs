// Seals the exported pages: policy, first inline script and font preloads move to the very front of the head, and every
// inline script is hashed. The policy stands in each page as a meta element, for hosts that send no headers; the relay
// reads the hashes from `csp.json` and sends a header of its own (page and hashes must be read together).
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { filesIn } from './build-fingerprint.mjs'

const INLINE_SCRIPT = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g
const FIRST_SCRIPT = /<script id="first">[\s\S]*?<\/script>/
const FIRST_FONTS = /\/(source-serif-4-latin-opsz-normal|hanken-grotesk-latin-wght-normal)\.[\w-]+\.woff2$/

/** The policy of a page with these script hashes; `frame-ancestors` is left to a header, a meta element cannot say it. */
function metaPolicy(scripts) {
  return [
    "default-src 'none'",
    ["script-src 'self'", ...scripts].join(' '),
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' blob: data:",
    "connect-src 'self' ws: wss:",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default nextjs nextjs#bundler ProseMirrorClipboard waxwing-inert',
  ].join('; ')
}

/**
 * Puts policy, first script and preloads of `fonts` in front of everything else in the head; returns the page and the
 * hash sources of its inline scripts. Throws on a page that its own policy would break.
 */
export function sealPage(html, fonts = []) {
  const first = html.match(FIRST_SCRIPT)?.[0]
  if (!first) throw new Error('a page has no first script')
  if (/<[a-z][^>]*\sstyle=/i.test(html.replace(INLINE_SCRIPT, '')) || /<style[\s>]/.test(html)) {
    throw new Error('a page has an inline style, which its policy would refuse')
  }
  const hashes = [...html.matchAll(INLINE_SCRIPT)].map(
    ([, script]) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  )
  const scripts = [...new Set(hashes)]
  const meta = `<meta http-equiv="Content-Security-Policy" content="${metaPolicy(scripts)}"/>`
  const preloads = fonts.map(
    (font) => `<link rel="preload" as="font" type="font/woff2" crossorigin="anonymous" href="${font}"/>`,
  )
  const sealed = html
    .replace(FIRST_SCRIPT, '')
    .replace('<meta charSet="utf-8"/>', '')
    .replace('<head>', () => ['<head><meta charSet="utf-8"/>', meta, first, ...preloads].join(''))
  return { html: sealed, scripts }
}

/** Seals every page below `folder` and writes `csp.json`: the hashes of each page by its path. */
export function sealPages(folder) {
  const paths = filesIn(folder).map((path) => `/${relative(folder, path).split(sep).join('/')}`)
  const fonts = paths.filter((path) => FIRST_FONTS.test(path))
  const hashesByPage = {}
  for (const path of paths.filter((name) => name.endsWith('.html'))) {
    const { html, scripts } = sealPage(readFileSync(join(folder, path), 'utf8'), fonts)
    writeFileSync(join(folder, path), html)
    hashesByPage[path] = { scripts, styles: [] }
  }
  writeFileSync(join(folder, 'csp.json'), `${JSON.stringify(hashesByPage, null, 2)}\n`)
}
