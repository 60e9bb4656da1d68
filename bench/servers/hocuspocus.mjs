// A Hocuspocus server that keeps each document as a file, as its documentation shows: the peer of the relay. `HOCUSPOCUS`
// names the package of another version of it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Database } from '@hocuspocus/extension-database'

const { Server } = await import(process.env.HOCUSPOCUS ?? '@hocuspocus/server')
const folder = process.env.DATA_DIR
mkdirSync(folder, { recursive: true })
const pathOf = (name) => join(folder, encodeURIComponent(name))
const server = new Server({
  port: 0,
  address: '127.0.0.1',
  quiet: true,
  extensions: [
    new Database({
      fetch: async ({ documentName }) => {
        try {
          return readFileSync(pathOf(documentName))
        } catch {
          return null
        }
      },
      store: async ({ documentName, state }) => writeFileSync(pathOf(documentName), state),
    }),
  ],
})
await server.listen()
console.log(`ready: http://127.0.0.1:${server.address.port}`)
