import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { runInThisContext } from 'node:vm'
import { build, type Plugin } from 'esbuild'

/** Blank pages, and modules bundled from TypeScript in memory that they can import. */
export interface PageServer {
  /** `http://localhost:…/`: a secure context, so that browsers allow cryptography and locks. */
  readonly url: string
  close(): Promise<void>
}

/** Node's own modules, empty: what is only ever chosen in Node may stand in a page's bundle. */
const withoutNode: Plugin = {
  name: 'without-node',
  setup(bundle) {
    bundle.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'empty' }))
    bundle.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'module.exports = {}' }))
  },
}

/** Serves each entry file as `/<its name>.js`. */
export async function startPageServer(entryPoints: readonly string[]): Promise<PageServer> {
  const { outputFiles } = await build({
    entryPoints: [...entryPoints],
    bundle: true,
    write: false,
    outdir: 'bundled',
    format: 'esm',
    platform: 'browser',
    plugins: [withoutNode],
  })
  const modules = new Map(outputFiles.map(({ path, text }) => [`/${basename(path)}`, text]))
  const server = createServer(({ url = '/' }, response) => {
    const module = modules.get(url)
    response.setHeader('content-type', module === undefined ? 'text/html' : 'text/javascript')
    response.end(module ?? '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>blank</title>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('no port')
  return {
    url: `http://localhost:${address.port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** What a module exports when Node runs it. */
export async function runInNode(entryPoint: string): Promise<Readonly<Record<string, unknown>>> {
  const { outputFiles } = await build({
    entryPoints: [entryPoint],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
  })
  const module = { exports: {} }
  const run: unknown = runInThisContext(`(function (module, exports, require) {${outputFiles[0]?.text}\n})`)
  if (typeof run !== 'function') throw new Error('nothing to run')
  run(module, module.exports, createRequire(import.meta.url))
  return module.exports
}
