import { expect, test } from './journey'
import type { Person } from './person'
import { startRelayProcess } from './relay-process'

async function expectLetter(person: Person, title: string): Promise<void> {
  await expect(person.page.getByRole('heading', { name: title })).toBeVisible()
  await expect(person.page.getByRole('link', { name: /pages/ })).toBeVisible()
}

test('a link that was cut off, or comes from a later version, says so', async ({ meet, relay }) => {
  const alice = await meet('Alice')
  await alice.begin('Plans')
  const link = await alice.invite()
  const bob = await meet('Bob')
  await bob.page.goto(link.slice(0, 90))
  await expectLetter(bob, 'This link is not complete')
  await bob.page.goto(`${relay.url}/join/#%00<script>`)
  await expectLetter(bob, 'This link is not complete')
  await bob.page.goto(link.replace('#1.', '#2.'))
  await expectLetter(bob, 'This invitation is newer than this Waxwing')
  await bob.page.goto(`${relay.url}/join/`)
  await expectLetter(bob, 'No invitation here')
})

test('a link that was used already says so to the next', async ({ meet }) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob')
  const carol = await meet('Carol')
  await alice.begin('Plans')
  const link = await alice.invite()
  await bob.acceptInvitation(link)
  await expect(bob.title).toHaveValue('Plans')
  await carol.acceptInvitation(link)
  await expectLetter(carol, 'This invitation was used already')
})

test('a link that was taken back says so', async ({ meet }) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob')
  await alice.begin('Plans')
  const link = await alice.invite()
  const dialog = await alice.share()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await expect(dialog.getByRole('listitem')).toHaveCount(0)
  await bob.acceptInvitation(link)
  await expectLetter(bob, 'This invitation was taken back')
})

test('a link of one relay opens nothing at another', async ({ meet }) => {
  const other = await startRelayProcess()
  const alice = await meet('Alice')
  const bob = await meet('Bob', { also: other.url })
  await alice.begin('Plans')
  const link = new URL(await alice.invite())
  try {
    await bob.acceptInvitation(`${other.url}/join/${link.hash}`)
    await expectLetter(bob, 'This invitation is not known here')
  } finally {
    await other.close()
  }
})

test('a link that works more than once lets several in', async ({ meet }) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob')
  const carol = await meet('Carol')
  await alice.begin('Plans')
  const link = await alice.invite({ worksOnce: false })
  await Promise.all([bob.acceptInvitation(link), carol.acceptInvitation(link)])
  await expect(bob.title).toHaveValue('Plans')
  await expect(carol.title).toHaveValue('Plans')
})
