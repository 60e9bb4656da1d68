import type { PillState } from '#lib/session/session-view'

const TICK = <path className="ring-tick" d="M5.7 8.2l1.6 1.6 3-3.3" />
const MINE = <circle className="ring-mine" cx="8" cy="8" r="2.6" />
const MOST_SEGMENTS = 8

function circle(name: string, dashes?: { parts: number; pattern: string }) {
  return (
    <circle
      className={name}
      cx="8"
      cy="8"
      r="6"
      {...(dashes ? { pathLength: dashes.parts, strokeDasharray: dashes.pattern } : {})}
    />
  )
}

/** One segment per other member, filled for those who have it; above eight members one arc in proportion. */
function segments(have: number, of: number) {
  if (of > MOST_SEGMENTS || of < 2) {
    return (
      <g transform="rotate(-90 8 8)">
        {circle('ring-all')}
        {circle('ring-got', { parts: of, pattern: `${have} ${of - have}` })}
      </g>
    )
  }
  const filled = `${Array.from({ length: have }, () => '0.84 0.16').join(' ')} 0 ${of - have}`
  return (
    <g transform="rotate(-82 8 8)">
      {circle('ring-all', { parts: of, pattern: '0.84 0.16' })}
      {have > 0 ? circle('ring-got', { parts: of, pattern: filled }) : null}
    </g>
  )
}

function shapeOf(pill: PillState) {
  switch (pill.type) {
    case 'not-saved-yet':
      return circle('ring-all')
    case 'ended':
      return [circle('ring-all'), <path key="bar" className="ring-arc" d="M5.4 8h5.2" />]
    case 'saved-here':
      return [circle('ring-all'), MINE]
    case 'everyone':
      return [circle('ring-got'), TICK]
    case 'some':
      return segments(pill.have, pill.of)
    case 'offline':
      return [circle('ring-all', { parts: 12, pattern: '.5 .5' }), MINE]
    case 'connecting':
    case 'files-waiting':
    case 'saving':
      return [
        circle('ring-all'),
        <g key="arc" className="ring-turning">
          {circle('ring-arc', { parts: 4, pattern: '1 3' })}
        </g>,
      ]
    case 'caught-up':
      return [circle('ring-got'), MINE]
    case 'blocked':
      return (
        <path
          className="ring-stop"
          d="M8 1.8l5 1.8v4c0 3.2-2 5.3-5 6.6-3-1.3-5-3.4-5-6.6v-4zM6.2 6.2l3.6 3.6M9.8 6.2L6.2 9.8"
        />
      )
    case 'storage-unsafe':
    case 'storage-full':
      return <path className="ring-warn" d="M8 1.9a6.1 6.1 0 1 1-6.1 6.1M8 5v3.6M8 11.2v.05" />
  }
}

/** The delivery ring: a shape of its own for every state, so that colour only repeats it. */
export function Ring({ pill }: { pill: PillState }) {
  const shape = shapeOf(pill)
  const [below, above] = Array.isArray(shape) ? shape : [shape]
  return (
    <svg className="delivery-ring" viewBox="0 0 16 16" aria-hidden="true" data-shape={pill.type}>
      {below}
      {above}
    </svg>
  )
}
