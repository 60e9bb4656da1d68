/** Stands in for `@playwright/test` where no test runner sets the time that a busy machine may need. */
import { expect as plain } from 'playwright/test'

export const expect = plain.configure({ timeout: 60_000 })
