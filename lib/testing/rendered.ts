import { act, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean | undefined
}

/** Something on the screen of a test, found and used as a person would: by role and name. Needs a DOM. */
export interface Rendered {
  /** The one element of this role whose name is, or matches, `name`; throws if there is none. */
  find(role: Role, name: string | RegExp): HTMLElement
  has(role: Role, name: string | RegExp): boolean
  /** All text on screen, menus and dialogs included. */
  text(): string
  click(role: Role, name: string | RegExp): Promise<void>
  type(label: string | RegExp, text: string): Promise<void>
  press(element: HTMLElement, key: string): Promise<void>
  /** Runs what changes the screen from outside, and lets it settle. */
  after(change: () => void | Promise<void>): Promise<void>
  close(): Promise<void>
}

const selectors = {
  button: 'button:not([role]), [role="button"]',
  link: 'a[href]',
  textbox: 'input:not([type]), input[type="text"], input[type="password"], textarea',
  radio: '[role="radio"]',
  switch: '[role="switch"]',
  combobox: '[role="combobox"]',
  option: '[role="option"]',
  dialog: '[role="dialog"]',
  heading: 'h1, h2, h3',
  status: '[role="status"]',
  alert: '[role="alert"]',
  menuitem: '[role="menuitem"]',
  img: '[role="img"]',
  list: 'ul, ol',
} as const
export type Role = keyof typeof selectors

function nameOf(element: HTMLElement): string {
  const label = element.getAttribute('aria-label')
  if (label !== null) return label
  const ids = element.getAttribute('aria-labelledby')?.split(' ') ?? []
  const labelling = ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
  if (labelling) return labelling
  const own = element.id ? document.querySelector(`label[for="${element.id}"]`)?.textContent : undefined
  return (own ?? element.textContent ?? '').trim()
}

/** Turns of the event loop in which promises, effects and events such as hashchange follow from one another. */
const TURNS_TO_SETTLE = 4

const fits = (name: string, wanted: string | RegExp) =>
  typeof wanted === 'string' ? name === wanted : wanted.test(name)

/** Puts `node` on the page and waits until it has settled. */
export async function render(node: ReactNode): Promise<Rendered> {
  globalThis.IS_REACT_ACT_ENVIRONMENT = true
  const place = document.createElement('div')
  document.body.append(place)
  const root = createRoot(place)
  const settle = (change: () => void | Promise<void>) =>
    act(async () => {
      await change()
      for (let turn = 0; turn < TURNS_TO_SETTLE; turn++) await new Promise((resolve) => setTimeout(resolve, 0))
    })
  await settle(() => root.render(node))

  const all = (role: Role, name: string | RegExp) =>
    [...document.querySelectorAll<HTMLElement>(selectors[role])].filter((element) => fits(nameOf(element), name))
  const find = (role: Role, name: string | RegExp) => {
    const [element] = all(role, name)
    if (!element) throw new Error(`no ${role} named ${name} in: ${document.body.textContent}`)
    return element
  }
  return {
    find,
    has: (role, name) => all(role, name).length > 0,
    text: () => document.body.textContent ?? '',
    click: (role, name) => settle(() => find(role, name).click()),
    async type(label, text) {
      const field = find('textbox', label)
      const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement
      const set = Object.getOwnPropertyDescriptor(kind.prototype, 'value')?.set
      await settle(() => {
        set?.call(field, text)
        field.dispatchEvent(new Event('input', { bubbles: true }))
      })
    },
    press: (element, key) =>
      settle(() => void element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))),
    after: settle,
    async close() {
      await settle(() => root.unmount())
      place.remove()
    },
  }
}
