import { expect, test } from './journey'
import type { Person } from './person'
import { startRelayProcess } from './relay-process'

async function expectLetter(person: Person, title: string): Promise<void> {
  await expect(person.page.getByRole('heading', { name: title })).toBeVisible()
  await expect(person.page.getByRole('link', { name: /pages/ })).toBeVisible()
}

test('I5 a link that was cut off, comes from a later version, was used, taken back or has ended says so to the next', async ({
  meet,
  relay,
}) => {
  const [alice, bob, carol] = [await meet('Alice'), await meet('Bob'), await meet('Carol')]
  await alice.begin('Plans')
  const link = await alice.invite()
  await carol.page.goto(link.slice(0, 90))
  await expectLetter(carol, 'This link is not complete')
  await carol.page.goto(`${relay.url}/join/#%00<script>`)
  await expectLetter(carol, 'This link is not complete')
  await carol.page.goto(link.replace('#1.', '#2.'))
  await expectLetter(carol, 'This invitation is newer than this Waxwing')
  await carol.page.goto(`${relay.url}/join/`)
  await expectLetter(carol, 'No invitation here')

  await bob.acceptInvitation(link)
  await expect(bob.title).toHaveValue('Plans')
  await carol.acceptInvitation(link)
  await expectLetter(carol, 'This invitation was used already')

  const another = await alice.invite()
  const dialog = await alice.share()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await expect(dialog.getByRole('listitem')).toHaveCount(0)
  await carol.acceptInvitation(another)
  await expectLetter(carol, 'This invitation was taken back')

  await alice.leaveDialog()
  const ended = await alice.invite()
  await carol.page.clock.setFixedTime(Date.now() + 8 * 86_400_000)
  await carol.page.goto(ended)
  await expectLetter(carol, 'This invitation has ended')
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
