import { type BrowserContext, expect, type Locator, type Page } from '@playwright/test'

/** Somebody at a browser of their own: what they see and do, found by role and name. */
export interface Person {
  readonly name: string
  readonly page: Page
  readonly context: BrowserContext
  readonly title: Locator
  readonly body: Locator
  /** What the status pill says. */
  readonly status: Locator
  readonly sidebar: Locator
  /** The pages in the sidebar, in their order. */
  readonly pages: Locator
  readonly dialog: Locator
  /** Opens the app and waits until a page is there. */
  open(url?: string): Promise<void>
  /** Opens the app and writes a first page. */
  begin(title: string, text?: string): Promise<void>
  /** What is written on the page, a line for each block, without other people's carets. */
  text(): Promise<string>
  /** Closes what stands over the page. */
  leaveDialog(): Promise<void>
  /** Brings the tab to the front and types at the end of the page. */
  write(text: string): Promise<void>
  /** Opens the share dialog; gives the name first if it is asked. */
  share(): Promise<Locator>
  /** Makes an invitation and gives its link. */
  invite(options?: { role?: 'Write' | 'Read'; worksOnce?: boolean }): Promise<string>
  /** Follows a link, gives the name and asks to be let in. */
  acceptInvitation(link: string): Promise<void>
  newPage(title: string): Promise<void>
  openPage(title: string): Promise<void>
  /** Chooses from the menu of the page on screen. */
  choose(action: 'Export' | 'Rename' | 'Move to trash'): Promise<void>
  /** The same person in a further tab. */
  nextTab(): Promise<Person>
}

export function createPerson(name: string, page: Page, home: string): Person {
  const title = page.getByRole('textbox', { name: 'Title' }).first()
  const body = page.getByRole('textbox', { name: 'Page', exact: true })
  const sidebar = page.getByRole('navigation', { name: 'Workspace' })
  const dialog = page.getByRole('dialog')
  const person: Person = {
    name,
    page,
    context: page.context(),
    title,
    body,
    sidebar,
    dialog,
    pages: sidebar.getByRole('list', { name: 'Pages' }).getByRole('link'),
    status: page.getByRole('banner').getByRole('status'),
    async open(url = home) {
      await page.goto(url)
      // of several windows of one Firefox only the front one has the focus
      await page.bringToFront()
      await expect(title).toBeVisible()
    },
    async begin(newTitle, text = '') {
      await person.open()
      await expect(title).toBeFocused()
      await page.keyboard.type(newTitle)
      await page.keyboard.press('Enter')
      await expect(body).toBeFocused()
      await page.keyboard.type(text)
      await expect(page).toHaveURL(/#\/w\//)
    },
    async text() {
      // somebody's caret may stand between two blocks
      const blocks = await body.evaluate((root) =>
        [...root.children].filter((block) => !block.matches('.remote-caret')).map((block) => block.textContent ?? ''),
      )
      return blocks.join('\n').replace(/\u2060[^\u2060]*\u2060/g, '')
    },
    async leaveDialog() {
      // of several windows of one Firefox only the front one hears keys
      await page.bringToFront()
      await page.keyboard.press('Escape')
      await expect(dialog).toHaveCount(0)
    },
    async write(text) {
      await page.bringToFront()
      await body.click()
      await expect(body).toBeFocused()
      await page.keyboard.press('ControlOrMeta+End')
      await page.keyboard.type(text)
    },
    async share() {
      await page.getByRole('button', { name: 'Share' }).click()
      const asksName = dialog.getByRole('textbox', { name: 'Your name' })
      const create = dialog.getByRole('button', { name: 'Create link' })
      await expect(asksName.or(create)).toBeVisible()
      if (await asksName.isVisible()) {
        await enter(asksName, name)
        await dialog.getByRole('button', { name: 'Continue' }).click()
      }
      await expect(create).toBeVisible()
      return dialog
    },
    async invite({ role = 'Write', worksOnce = true } = {}) {
      await person.share()
      await dialog.getByRole('radio', { name: role }).click()
      if (!worksOnce) await dialog.getByRole('switch', { name: 'Works once' }).click()
      await dialog.getByRole('button', { name: 'Create link' }).click()
      const field = dialog.getByRole('textbox', { name: 'Invitation link' })
      await expect(field).toHaveValue(/\/join\/#1\./)
      const shown = await field.inputValue()
      await person.leaveDialog()
      return `http://${shown}`
    },
    async acceptInvitation(link) {
      await page.goto(link)
      await page.bringToFront()
      await page.getByRole('button', { name: /^Open / }).click()
      await enter(page.getByRole('textbox', { name: /^Your name/ }), name)
      await page.getByRole('button', { name: 'Join' }).click()
    },
    async newPage(newTitle) {
      await sidebar.getByRole('button', { name: 'New page' }).click()
      await expect(title).toHaveValue('')
      await title.fill(newTitle)
    },
    async openPage(wanted) {
      await sidebar.getByRole('link', { name: wanted }).click()
      await expect(title).toHaveValue(wanted)
    },
    async choose(action) {
      await page.getByRole('button', { name: 'More' }).click()
      await page.getByRole('menuitem', { name: action }).click()
    },
    async nextTab() {
      return createPerson(name, await page.context().newPage(), home)
    },
  }
  return person
}

/** Types into an emptied field. Firefox shows the app nothing of a value that a test only sets. */
export async function enter(field: Locator, text: string): Promise<void> {
  await field.click()
  await field.press('ControlOrMeta+a')
  await field.pressSequentially(text)
}

/** Two people in one workspace: the first writes a page, the second was invited and reads it. */
export async function bringTogether(
  first: Person,
  second: Person,
  page: { title: string; text?: string },
): Promise<void> {
  await first.begin(page.title, page.text)
  await second.acceptInvitation(await first.invite())
  await expect(second.title).toHaveValue(page.title)
  await expect(second.title).toBeEditable()
}

/** Closes a tab as a person does, who lets it say its last words; it is gone then. */
export async function closeTab({ page }: Person): Promise<void> {
  const gone = page.waitForEvent('close')
  await page.close({ runBeforeUnload: true })
  await gone
}

/** Until the app would start without a network. */
export const appIsKept = (person: Person): Promise<void> =>
  person.page.evaluate(async () => void (await navigator.serviceWorker.ready))

/**
 * Until the relay acknowledged whatever somebody wrote and decided. The page begins anew first: what it says then, it says of
 * what is on the disk, or was left for it.
 */
export async function reachesRelay({ page, title, status, dialog, leaveDialog }: Person): Promise<void> {
  await page.reload()
  await expect(title).toBeEditable()
  await status.click()
  await expect(dialog).toContainText(
    /An encrypted copy is at the relay\.|(They wait|It waits), encrypted, at the relay\./,
  )
  await leaveDialog()
}

/** Cuts somebody off: the app starts again from its own copy, and finds nobody. */
export async function goOffline(person: Person): Promise<void> {
  await appIsKept(person)
  await person.context.setOffline(true)
  await person.page.reload()
  await expect(person.title).toBeEditable()
}
