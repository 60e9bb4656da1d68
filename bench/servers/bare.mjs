// The least that a durable relay of one room can do, beside which the real one is measured: what comes in a turn is written at
// the end of a file, flushed, and sent to everybody in one frame, built once. No names, no door, no quotas, nothing is read.
import { fdatasync, openSync, writev } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { WebSocketServer } from 'ws'

const file = openSync(join(process.env.DATA_DIR, 'log'), 'a')
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
const everybody = new Set()
let waiting = []
let isFlushing = false

const sized = (message) => {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(message.length)
  return [length, message]
}

function header(length) {
  if (length < 126) return Buffer.of(0x82, length)
  const long = length > 65_535
  const bytes = Buffer.alloc(long ? 10 : 4)
  bytes[0] = 0x82
  bytes[1] = long ? 127 : 126
  if (long) bytes.writeBigUInt64BE(BigInt(length), 2)
  else bytes.writeUInt16BE(length, 2)
  return bytes
}

function flush() {
  const parts = waiting.flatMap(sized)
  waiting = []
  const bytes = Buffer.concat(parts)
  const frame = Buffer.concat([header(bytes.length), bytes])
  writev(file, [bytes], () =>
    fdatasync(file, () => {
      for (const wire of everybody) wire.write(frame)
      isFlushing = waiting.length > 0
      if (isFlushing) flush()
    }),
  )
}

const server = createServer()
server.on('upgrade', (request, wire, head) => {
  sockets.handleUpgrade(request, wire, head, (socket) => {
    everybody.add(wire)
    wire.on('close', () => everybody.delete(wire))
    socket.on('message', (message) => {
      waiting.push(message)
      if (isFlushing) return
      isFlushing = true
      setImmediate(flush)
    })
  })
})
server.listen(0, '127.0.0.1', () => console.log(`ready: http://127.0.0.1:${server.address().port}`))
