import { type Measure, median, ratioOf, type Workload } from '#bench/workload'

const numberOf = (value: number, unit: Measure['unit']): string =>
  unit === 'bytes' ? Math.round(value).toLocaleString('en') : value.toFixed(1)

export const tableHead = [
  '| # | Workload | Ours | Peer | Ratio (median of pairs) | Target | Pairs (ours : peer) | Limit |',
  '|---|---|---|---|---|---|---|---|',
].join('\n')

/** Every pair as it was measured. */
export const rawPairs = ({ unit, pairs }: Measure): string =>
  pairs.map(({ ours, peer }) => `${numberOf(ours, unit)} : ${numberOf(peer, unit)}`).join(', ')

/** One row of the table; ours and the peer's are medians, the ratio is the median of the pairs' own. */
export function tableRow({ name: number }: Workload, measure: Measure): string {
  const { name, unit, pairs, target, limit } = measure
  const ratio = ratioOf(pairs)
  const middle = (side: 'ours' | 'peer') => `${numberOf(median(pairs.map((pair) => pair[side])), unit)} ${unit}`
  const aim = target === undefined ? '–' : `≤ ${target.toFixed(2)}, ${ratio <= target ? 'met' : 'missed'}`
  return `| ${[number, name, middle('ours'), middle('peer'), ratio.toFixed(2), aim, rawPairs(measure), limit].join(' | ')} |`
}
