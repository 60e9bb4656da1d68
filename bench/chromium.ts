import { existsSync, readFileSync } from 'node:fs'
import { build } from 'esbuild'
import { type BrowserContext, chromium } from 'playwright'

/** The browser that the end-to-end tests found. */
const foundBy = 'node_modules/.cache/waxwing/chromium'
const executablePath =
  process.env.CHROMIUM_PATH ?? (existsSync(foundBy) ? readFileSync(foundBy, 'utf8').trim() : '/usr/bin/chromium')

/** Hidden pages must run as fast as the one in front, and direct connections must not need a microphone. */
const launchOptions = {
  executablePath,
  chromiumSandbox: false,
  args: [
    '--disable-gpu',
    '--disable-quic',
    '--disable-background-timer-throttling',
    '--disable-renderer-backgrounding',
    '--disable-backgrounding-occluded-windows',
    '--disable-features=WebRtcHideLocalIpsWithMdns',
    '--allow-loopback-in-peer-connection',
  ],
}

export const launch = () => chromium.launch(launchOptions)

/** A browser process of its own over the profile in that folder. */
export const launchProfile = (folder: string): Promise<BrowserContext> =>
  chromium.launchPersistentContext(folder, launchOptions)

/** Bundles `bench/pages/<name>.ts` for a page. */
export async function bundlePage(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`bench/pages/${name}.ts`],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'chrome130',
    alias: { '#lib': './lib', '#bench': './bench' },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  })
  return outputFiles[0]?.text ?? ''
}
