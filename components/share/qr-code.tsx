import { useMemo } from 'react'
import { encode } from 'uqr'

/** One path of unit squares for the dark modules, row by row. */
function pathOf(modules: readonly (readonly boolean[])[]): string {
  return modules
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    .filter(Boolean)
    .join('')
}

const MARGIN_PX = 8

/** `text` as a QR code of `size` pixels: dark on white in any theme, or cameras miss it. */
export function QrCode({ text, label, size: pixels = 132 }: { text: string; label: string; size?: number }) {
  const { size, path } = useMemo(() => {
    const code = encode(text, { ecc: 'L', border: 0 })
    return { size: code.size, path: pathOf(code.data) }
  }, [text])
  return (
    <div className="w-fit rounded-field bg-[#fff] p-2 shadow-[0_0_0_1px_var(--line)]">
      <svg
        width={pixels - 2 * MARGIN_PX}
        height={pixels - 2 * MARGIN_PX}
        viewBox={`0 0 ${size} ${size}`}
        shapeRendering="crispEdges"
        role="img"
        aria-label={label}
        className="block"
      >
        <path fill="#211a18" d={path} />
      </svg>
    </div>
  )
}
