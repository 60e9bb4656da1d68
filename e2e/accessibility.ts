import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { expect, type Page } from '@playwright/test'

interface Finding {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string }[]
}
interface Axe {
  run(context: object, options: object): Promise<{ readonly violations: readonly Finding[] }>
}
declare global {
  interface Window {
    axe?: Axe
  }
}

/**
 * Fails on everything that axe finds against WCAG 2.2 AA on the page as it stands, and on contrasts once more by night;
 * menus may float outside of landmarks. Looks in Chromium alone: only there a test comes past the page's own policy.
 */
export async function expectAccessible(page: Page): Promise<void> {
  if (page.context().browser()?.browserType().name() !== 'chromium') return
  if (!(await page.evaluate(() => window.axe !== undefined))) {
    // By the debugger's door: the page's own policy lets no foreign script in.
    const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    const debug = await page.context().newCDPSession(page)
    await debug.send('Runtime.evaluate', { expression: source })
    await debug.detach()
  }
  expect(await findings(page, RULES), 'by day').toEqual([])
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await findings(page, ['color-contrast']), 'by night').toEqual([])
  await page.emulateMedia({ colorScheme: 'light' })
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

async function findings(page: Page, runOnly: readonly string[]): Promise<string[] | undefined> {
  return page.evaluate(async (runOnly) => {
    const passing = () =>
      document
        .getAnimations()
        .filter(({ effect, playState }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity)
    const frame = () => new Promise(requestAnimationFrame)
    // What was just asked for begins to move with the second frame.
    async function standStill(): Promise<void> {
      for (await frame(), await frame(); passing().length > 0; await frame(), await frame())
        await Promise.allSettled(passing().map(({ finished }) => finished))
    }
    // reason: the guards around an open menu send the focus on as soon as they get it; nobody stays on one
    const context = { exclude: [['[data-base-ui-focus-guard]']] }
    const options = { resultTypes: ['violations'], runOnly, rules: { region: { enabled: false } } }
    let hasFaded = false
    const note = ({ propertyName }: TransitionEvent) => {
      hasFaded ||= ['opacity', 'color', 'background-color'].includes(propertyName)
    }
    // A hint that comes, or a word that goes, half faded under axe's eyes is no finding.
    document.addEventListener('transitionrun', note, true)
    let found: Awaited<ReturnType<Axe['run']>> | undefined
    do {
      await standStill()
      hasFaded = false
      found = await window.axe?.run(context, options)
    } while (hasFaded)
    document.removeEventListener('transitionrun', note, true)
    return found?.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
  }, runOnly)
}
