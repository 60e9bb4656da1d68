import { useEffect, useRef, useState } from 'react'

const LOOK_EVERY_MS = 150
/** Frames are looked at in this width: a code that fills a third of the picture is read, and a phone keeps up. */
const FRAME_WIDTH = 640

/** Looks through the camera until it has read a QR code; nothing of the pictures leaves this component. */
export function Camera({ onRead, onRefused }: { onRead: (text: string) => void; onRefused: () => void }) {
  const video = useRef<HTMLVideoElement>(null)
  const [isLooking, setIsLooking] = useState(false)
  const told = useRef({ onRead, onRefused })
  told.current = { onRead, onRefused }

  useEffect(() => {
    const stage = { isOver: false }
    let stream: MediaStream | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const canvas = document.createElement('canvas')
    const pen = canvas.getContext('2d', { willReadFrequently: true })

    const start = async () => {
      const [{ decodeQR }, opened] = await Promise.all([
        import('qr/decode.js'),
        navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false }),
      ])
      stream = opened
      const screen = video.current
      if (stage.isOver || !screen) return stop()
      screen.srcObject = opened
      await screen.play()
      setIsLooking(true)
      const look = () => {
        if (stage.isOver) return
        const text = readFrame(screen, canvas, pen, decodeQR)
        if (text === undefined) timer = setTimeout(look, LOOK_EVERY_MS)
        else told.current.onRead(text)
      }
      look()
    }
    const stop = () => {
      stage.isOver = true
      clearTimeout(timer)
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
    start().catch(() => {
      if (!stage.isOver) told.current.onRefused()
      stop()
    })
    return stop
  }, [])

  return (
    <div className="relative overflow-hidden rounded-field bg-sunken shadow-hairline">
      <video
        ref={video}
        muted
        playsInline
        aria-label="What the camera sees"
        className="block aspect-[4/3] w-full object-cover"
      />
      {isLooking ? null : <p className="absolute inset-0 grid place-items-center text-ink-2">Opening the camera…</p>}
    </div>
  )
}

type Decode = (image: { width: number; height: number; data: Uint8ClampedArray }) => string

/** The text of a code in the picture on screen; undefined if none is there. */
function readFrame(
  screen: HTMLVideoElement,
  canvas: HTMLCanvasElement,
  pen: CanvasRenderingContext2D | null,
  decode: Decode,
): string | undefined {
  const { videoWidth, videoHeight } = screen
  if (!pen || videoWidth === 0) return undefined
  const width = Math.min(FRAME_WIDTH, videoWidth)
  const height = Math.round((videoHeight * width) / videoWidth)
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  pen.drawImage(screen, 0, 0, width, height)
  try {
    return decode({ width, height, data: pen.getImageData(0, 0, width, height).data })
  } catch {
    return undefined // no code in this picture
  }
}
