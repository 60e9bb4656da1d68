import { type Measure, median, ratioOf, type Workload } from '#bench/workload'

const numberOf = (value: number, unit: Measure['unit']): string =>
  unit === 'ms' ? value.toFixed(1) : Math.round(value).toLocaleString('en')

export const tableHead = [
  '| # | Workload | Peer | Ours | Peer’s | Ratio | Target | | Limit |',
  '|---|---|---|---|---|---|---|---|---|',
].join('\n')

/** One row of the table; ours and the peer's are medians, the ratio is the median of the pairs' own. */
export function tableRow(workload: Workload, { name, unit, pairs, target, limit }: Measure): string {
  const ratio = ratioOf(pairs)
  const cells = [
    workload.name,
    name,
    workload.peer,
    `${numberOf(median(pairs.map(({ ours }) => ours)), unit)} ${unit}`,
    `${numberOf(median(pairs.map(({ peer }) => peer)), unit)} ${unit}`,
    ratio.toFixed(2),
    `≤ ${target.toFixed(2)}`,
    ratio <= target ? 'met' : 'missed',
    limit,
  ]
  return `| ${cells.join(' | ')} |`
}

/** Every pair as it was measured. */
export const rawPairs = ({ name, unit, pairs }: Measure): string =>
  `${name} (${unit}): ${pairs.map(({ ours, peer }) => `${numberOf(ours, unit)} : ${numberOf(peer, unit)}`).join(' · ')}`
