import { Buffer } from 'node:buffer'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'uqr'

const [WIDTH, HEIGHT, FRAMES] = [640, 480, 4]
const MODULE_PX = 9
const [WHITE, BLACK, GREY] = [235, 16, 128]

/** A camera of a Chromium that is started with `switches`, and what is held before it. */
export interface Camera {
  readonly switches: readonly string[]
  /** Holds the QR code of a text before it; before the app looks through it. */
  show(text: string): Promise<void>
  close(): Promise<void>
}

export async function createCamera(): Promise<Camera> {
  const folder = await mkdtemp(join(tmpdir(), 'waxwing-film-'))
  const film = join(folder, 'code.y4m')
  await writeFile(film, '')
  return {
    switches: [
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
    ],
    show: (text) => writeFile(film, filmOf(text)),
    close: () => rm(folder, { recursive: true }),
  }
}

/** What a camera sees that is held before a QR code, as a film (YUV4MPEG2, 4:2:0). */
function filmOf(text: string): Buffer {
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
