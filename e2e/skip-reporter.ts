import type { FullConfig, FullResult, Reporter, Suite } from '@playwright/test/reporter'
import allowed from './allowed-skips.json' with { type: 'json' }

/** Names every test that was skipped and is not on the list; in continuous integration the run has failed then. */
// biome-ignore lint/style/noDefaultExport: reason: Playwright loads a reporter by its default export
export default class SkipReporter implements Reporter {
  #suite: Suite | undefined

  onBegin(_: FullConfig, suite: Suite): void {
    this.#suite = suite
  }

  async onEnd(result: FullResult): Promise<Partial<FullResult> | undefined> {
    const skipped = this.#suite?.allTests().filter((test) => test.outcome() === 'skipped') ?? []
    const unlisted = skipped.filter(({ title }) => !allowed.some((one) => one.title === title))
    if (unlisted.length === 0) return undefined
    const names = unlisted.map((test) => `  ${test.titlePath().slice(1).join(' › ')}`)
    process.stdout.write(`\nSkipped, and not on e2e/allowed-skips.json:\n${names.join('\n')}\n`)
    return process.env.CI ? { status: result.status === 'passed' ? 'failed' : result.status } : undefined
  }

  printsToStdio(): boolean {
    return false
  }
}
