import { Buffer } from 'node:buffer'
import { encode } from 'uqr'

const [WIDTH, HEIGHT, FRAMES] = [640, 480, 4]
const MODULE_PX = 9
const [WHITE, BLACK, GREY] = [235, 16, 128]

/** What a camera sees that is held before a QR code: a film (YUV4MPEG2, 4:2:0) for Chromium's `--use-file-for-fake-video-capture`. */
export function filmOf(text: string): Buffer {
  const { data, size } = encode(text, { ecc: 'L', border: 4 })
  const left = Math.floor((WIDTH - size * MODULE_PX) / 2)
  const top = Math.floor((HEIGHT - size * MODULE_PX) / 2)
  const luma = Buffer.alloc(WIDTH * HEIGHT, WHITE)
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const row = data[Math.floor((y - top) / MODULE_PX)]
      if (row?.[Math.floor((x - left) / MODULE_PX)]) luma[y * WIDTH + x] = BLACK
    }
  }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((WIDTH * HEIGHT) / 2, GREY)])
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420\n`)
  return Buffer.concat([head, ...Array.from({ length: FRAMES }, () => frame)])
}
