import { createServer } from 'node:http'
import { bundlePage } from '#bench/chromium'

/** Serves one page of `bench/pages` on a free port, an origin of its own. */
export interface PageServer {
  readonly url: string
  close(): void
}

const html = (styles: string) => `<!doctype html><meta charset="utf-8"><title>bench</title>
<style>[contenteditable] { white-space: pre-wrap }${styles}</style>
<article class="page-editor"><div id="editor"></div></article><script src="page.js"></script>`

/** `files` are further answers by name; `styles` is CSS. */
export async function startPageServer(
  page: string,
  files: Readonly<Record<string, Uint8Array>> = {},
  styles = '',
): Promise<PageServer> {
  const script = await bundlePage(page)
  const server = createServer(({ url = '/' }, response) => {
    const name = url.slice(1)
    const type = name === '' ? 'text/html' : name === 'page.js' ? 'text/javascript' : 'application/octet-stream'
    response.setHeader('content-type', type)
    response.end(name === '' ? html(styles) : name === 'page.js' ? script : files[name])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The pages have no port')
  return { url: `http://localhost:${address.port}/`, close: () => server.close() }
}
