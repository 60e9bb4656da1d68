import { expect, test } from './journey'
import { PATIENCE } from './patience'
import { bringTogether } from './person'
import { expectText } from './units'

test('the pill follows what was written from this disk to everybody’s', async ({ meet, relay }) => {
  const alice = await meet('Alice')
  await alice.open()
  await expect(alice.status).toHaveText('Nothing written yet')
  await alice.begin('Plans')
  await expect(alice.status).toHaveText('Saved on this device')
  await alice.status.click()
  await expect(alice.dialog).toContainText('Only you have this. Invite someone or download a backup.')
  await alice.leaveDialog()

  const bob = await meet('Bob')
  await bob.acceptInvitation(await alice.invite())
  await expect(bob.title).toHaveValue('Plans')
  await alice.write('One.')
  await expectText(bob, 'One.')
  for (const person of [alice, bob])
    await expect(person.status).toHaveText('Everyone has this', { timeout: PATIENCE.directLink })
  await alice.status.click()
  await expect(alice.dialog).toContainText('Bob is up to date.')
  await expect(alice.dialog.getByRole('listitem').filter({ hasText: 'Bob' }).first()).toContainText('direct')
  await expect(alice.dialog).toContainText('Has everything')
  await expect(alice.dialog).toContainText('History verified')
  await expect(alice.dialog).toContainText('all signatures good')
  await alice.leaveDialog()

  await bob.page.close()
  await alice.write(' Two.')
  await expect(alice.status).toHaveText('Sent to 0 of 1')
  await expect(alice.page).toHaveTitle(/^•/)
  await alice.status.click()
  await expect(alice.dialog).toContainText(
    /Bob is \d+ edits? behind, last seen \d\d:\d\d\. (They wait|It waits), encrypted, at the relay\./,
  )
  await alice.leaveDialog()

  await relay.kill()
  await alice.write(' Three.')
  // Bob's tab ended without a word: his link is given up first
  await expect(alice.status).toHaveText(/^Offline, \d+ edits? waiting$/, { timeout: PATIENCE.linkGivenUp })
  await alice.status.click()
  await expect(alice.dialog).toContainText(/(They merge by themselves|It merges by itself) when you are back\./)
  await alice.leaveDialog()
  await relay.start()
  await expect(alice.status).toHaveText(/^(Caught up|Sent to 0 of 1)$/, { timeout: PATIENCE.relayBack })

  const bobAgain = await bob.nextTab()
  await bobAgain.open()
  await expectText(bobAgain, 'One. Two. Three.')
  await expect(alice.status).toHaveText('Everyone has this', { timeout: PATIENCE.directLink })
  await expect(alice.page).toHaveTitle(/^Waxwing/)
})

test('who is behind is named, and who is relayed is said so', async ({ meet }) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob', { udp: false })
  const carol = await meet('Carol')
  await bringTogether(alice, bob, { title: 'Plans' })
  await bob.write('One.')
  await expectText(alice, 'One.')
  await expect(bob.status).toHaveText('Everyone has this (via relay)')

  await carol.acceptInvitation(await alice.invite())
  await expectText(carol, 'One.')
  await carol.page.close()
  await alice.write(' Two.')
  await expectText(bob, 'One. Two.')
  await expect(alice.status).toHaveText('Sent to 1 of 2')
  await alice.status.click()
  const first = alice.dialog.getByRole('listitem').first()
  await expect(first).toContainText('Carol')
  await expect(alice.dialog.getByRole('listitem').filter({ hasText: 'Bob' }).first()).toContainText('Has everything')
  await expect(alice.dialog).toContainText('Carol is')
})
