import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BrowserContext, expect } from '@playwright/test'

/** What the relay serves. */
const BUILT = 'out'

/** A function as the packed script calls it: of the same module, or of another. */
const CALLED = String.raw`(?:[\w$]+|\(0,[\w$]+\.[\w$]+\))`

/** What a client keeps to, as it stands in the packed script, and what an altered one has instead. */
const ALTERATIONS = {
  'writes whatever its role is': [{ rule: /"discussion"===[\w$]+\?"commenter":"editor"/g, instead: '"viewer"' }],
  'removes whomever it likes': [
    {
      rule: new RegExp(
        String.raw`${CALLED}\([\w$]+,[\w$]+\.person,[\w$]+,void 0\)(?=\?${CALLED}\(\{type:"member\.remove")`,
        'g',
      ),
      instead: '!0',
    },
    { rule: new RegExp(String.raw`void 0!==([\w$]+)&&${CALLED}\([\w$]+,\1,[\w$]+,void 0\)`, 'g'), instead: '!0' },
  ],
  'renames by a number of its own': [{ rule: /workspaceRename:28/g, instead: 'workspaceRename:200' }],
} as const

/**
 * Gives a browser that has opened nothing yet an altered client: the served one with true keys and all else, but without a
 * check of its own. Call what this resolves to once the app is there: each place was found, and found once.
 */
export async function alterClient(
  context: BrowserContext,
  alteration: keyof typeof ALTERATIONS,
): Promise<() => Promise<void>> {
  const places = ALTERATIONS[alteration]
  /** A page that is opened anew asks for the same script again. */
  const found = places.map(() => new Map<string, number>())
  // a service worker would go on with the script as it was served
  await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'))
  await context.route('**/_next/**/*.js', async (route) => {
    const { pathname } = new URL(route.request().url())
    const served = await readFile(join(BUILT, pathname), 'utf8')
    let script = served
    for (const [i, { rule, instead }] of places.entries()) {
      found[i]?.set(pathname, script.match(rule)?.length ?? 0)
      script = script.replace(rule, instead)
    }
    await (script === served ? route.continue() : route.fulfill({ body: script, contentType: 'text/javascript' }))
  })
  const times = (scripts: ReadonlyMap<string, number>) => [...scripts.values()].reduce((sum, one) => sum + one, 0)
  return () => expect.poll(() => found.map(times), { message: `it ${alteration}` }).toEqual(places.map(() => 1))
}
