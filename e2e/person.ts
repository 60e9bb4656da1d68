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
  /** Opens the app and waits until it can be written in. */
  open(url?: string): Promise<void>
  /** Types at the end of the page. */
  write(text: string): Promise<void>
  /** Makes an invitation and gives its link. */
  invite(options?: { role?: 'Write' | 'Read'; worksOnce?: boolean }): Promise<string>
  /** Follows a link, gives the name and asks to be let in. */
  acceptInvitation(link: string): Promise<void>
  newPage(title: string): Promise<void>
  openPage(title: string): Promise<void>
  /** A button or entry of the sidebar. */
  readonly sidebar: Locator
}

export function createPerson(name: string, page: Page, home: string): Person {
  const title = page.getByRole('textbox', { name: 'Title' }).first()
  const body = page.getByRole('textbox', { name: 'Page', exact: true })
  const sidebar = page.getByRole('navigation', { name: 'Workspace' })
  return {
    name,
    page,
    context: page.context(),
    title,
    body,
    sidebar,
    status: page.getByRole('status').first(),
    async open(url = home) {
      await page.goto(url)
      await expect(title).toBeVisible()
    },
    async write(text) {
      await body.click()
      await page.keyboard.press('ControlOrMeta+End')
      await page.keyboard.type(text)
    },
    async invite({ role = 'Write', worksOnce = true } = {}) {
      await page.getByRole('button', { name: 'Share' }).click()
      const dialog = page.getByRole('dialog')
      const asksName = dialog.getByRole('textbox', { name: 'Your name' })
      const create = dialog.getByRole('button', { name: 'Create link' })
      await expect(asksName.or(create)).toBeVisible()
      if (await asksName.isVisible()) {
        await asksName.fill(name)
        await dialog.getByRole('button', { name: 'Continue' }).click()
      }
      await dialog.getByRole('radio', { name: role }).click()
      if (!worksOnce) await dialog.getByRole('switch', { name: 'Works once' }).click()
      await create.click()
      const field = dialog.getByRole('textbox', { name: 'Invitation link' })
      await expect(field).toHaveValue(/\/join\/#1\./)
      const shown = await field.inputValue()
      await page.keyboard.press('Escape')
      return shown.startsWith('http') ? shown : `http://${shown}`
    },
    async acceptInvitation(link) {
      await page.goto(link)
      await page.getByRole('textbox', { name: /Your name/ }).fill(name)
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
  }
}
