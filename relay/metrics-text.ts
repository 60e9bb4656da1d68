/** Prometheus' text exposition format, version 0.0.4, as far as a relay needs it. */

export interface Metric {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly samples: readonly Sample[]
}

interface Sample {
  readonly suffix?: string
  /** Values hold no quotes, backslashes or line ends. */
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** A gauge of one value. */
export const gauge = (name: string, help: string, value: number): Metric => ({
  name,
  help,
  type: 'gauge',
  samples: [{ value }],
})

export function metricsText(metrics: readonly Metric[]): string {
  return metrics.map(textOf).join('')
}

function textOf({ name, help, type, samples }: Metric): string {
  const lines = samples.map(({ suffix = '', labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([label, word]) => `${label}="${word}"`)
    return `${name}${suffix}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`
  })
  return `# HELP ${name} ${help}.\n# TYPE ${name} ${type}\n${lines.join('')}`
}
