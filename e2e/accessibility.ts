import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { expect, type Page } from '@playwright/test'

interface Finding {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string }[]
}
interface Axe {
  run(options: object): Promise<{ readonly violations: readonly Finding[] }>
}
declare global {
  interface Window {
    axe?: Axe
  }
}

/** Fails on everything that axe finds against WCAG 2.2 AA on the page as it stands; menus may float outside of landmarks. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)))
  if (!(await page.evaluate(() => window.axe !== undefined))) {
    // By the debugger's door: the page's own policy lets no foreign script in.
    const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    const debug = await page.context().newCDPSession(page)
    await debug.send('Runtime.evaluate', { expression: source })
    await debug.detach()
  }
  const findings = await page.evaluate(async () => {
    const found = await window.axe?.run({
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { region: { enabled: false } },
    })
    return found?.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
  })
  expect(findings).toEqual([])
}
