import { describe, expect, it } from 'vitest'
import { encodeStateAsUpdate as encodeUpdate, parseUpdateMeta } from 'yjs'
import { err, ok } from '#lib/base/result'
import { applyAccepted, createQuietDoc } from '#lib/document/quiet-doc'
import { createLeader, type Leader, openTab } from '#lib/testing/lone-leader'

/** Under which client ids each update writes. */
const clientsOf = (updates: readonly Uint8Array[]) => updates.map((update) => [...parseUpdateMeta(update).to.keys()])

describe('a channel in a tab', () => {
  it('E12 sends what is typed while a batch is on its way, once', async () => {
    const { channel, leader, clock, type } = await openTab()
    let finish = () => {}
    leader.answer = () => new Promise((resolve) => (finish = () => resolve(ok(undefined))))
    type('one ')
    type('two ')
    leader.answer = async () => ok(undefined)
    finish()
    await clock.advance(500)
    type('three')
    await clock.advance(500)
    expect(leader.text()).toBe('one two three')
    expect(channel.pending()).toBe(0)
  })

  it('E12 folds followers into one entry and sends the first edit at once', async () => {
    const { leader, clock, type } = await openTab()
    await clock.advance(1000)
    type('a')
    await clock.advance(0)
    expect(leader.appended).toHaveLength(1)
    for (const letter of 'bcdef') type(letter)
    await clock.advance(200)
    expect(leader.appended).toHaveLength(2)
    expect(leader.text()).toBe('abcdef')
  })

  it('E12 lets a follower wait no longer than until a batch length after the last one left', async () => {
    const { leader, clock, type } = await openTab()
    await clock.advance(1000)
    let finish = () => {}
    leader.answer = () => new Promise((resolve) => (finish = () => resolve(ok(undefined))))
    type('a')
    await clock.advance(20)
    finish()
    leader.answer = async () => ok(undefined)
    await clock.advance(0)
    type('b')
    await clock.advance(9)
    expect(leader.text()).toBe('a')
    await clock.advance(1)
    expect(leader.text()).toBe('ab')
  })

  it('E12 keeps the queue and its order when the disk is full', async () => {
    const { channel, leader, clock, type } = await openTab()
    leader.answer = async () => err({ type: 'storage-full' })
    type('kept ')
    await clock.advance(500)
    type('in order')
    expect(channel.pending()).toBe(2)
    leader.answer = async () => ok(undefined)
    await clock.advance(3000)
    expect(leader.text()).toBe('kept in order')
  })

  it('E8 keeps what builds on something that is not stored yet, on screen and in order, until it is', async () => {
    const { channel, leader, clock, type, replaced } = await openTab()
    const theirs = createQuietDoc()
    theirs.getText('t').insert(0, 'shown ')
    channel.take(encodeUpdate(theirs))
    leader.answer = async () => err({ type: 'too-early' })
    type('mine')
    await clock.advance(5000)
    expect(channel.doc().getText('t').toString()).toBe('shown mine')
    applyAccepted(leader.doc, encodeUpdate(theirs))
    leader.answer = async () => ok(undefined)
    await clock.advance(2000)
    expect([leader.text(), channel.pending(), replaced()]).toEqual(['shown mine', 0, 1])
  })

  it('E3 shows nothing that came while it was read and was taken back meanwhile', async () => {
    const { channel, leader } = await openTab()
    const theirs = createQuietDoc()
    theirs.getText('t').insert(0, 'held back')
    const { open } = leader.host
    let answer = () => {}
    leader.host.open = async (name) => {
      await new Promise<void>((resolve) => (answer = resolve))
      return open(name)
    }
    const first = channel.reload()
    channel.take(encodeUpdate(theirs))
    leader.host.open = open
    const second = channel.reload()
    answer()
    await Promise.all([first, second])
    expect(channel.doc().getText('t').toString()).toBe('')
  })

  /** A tab that shows what others wrote, has typed after it, and whose leader holds that back by now. */
  async function onHeldBackText() {
    const tab = await openTab()
    const theirs = createQuietDoc()
    theirs.getText('t').insert(0, 'late ')
    tab.channel.take(encodeUpdate(theirs))
    tab.leader.answer = async () => err({ type: 'nobody-leads' })
    tab.type('mine')
    await tab.clock.advance(0)
    await tab.channel.reload()
    return { ...tab, theirs, shown: () => tab.channel.doc().getText('t').toString() }
  }

  it('W1 hands over what builds on text that is held back by now: whoever writes on keeps it', async () => {
    const { channel, leader, clock, theirs, shown, replaced } = await onHeldBackText()
    expect([shown(), channel.pending()]).toEqual(['late mine', 1])
    leader.answer = async () => {
      applyAccepted(leader.doc, encodeUpdate(theirs))
      return ok(undefined)
    }
    await clock.advance(3000)
    expect([shown(), leader.text(), channel.pending(), replaced()]).toEqual(['late mine', 'late mine', 0, 2])
  })

  it('E3 writes anew what builds on text that never counts again', async () => {
    const { leader, clock, shown } = await onHeldBackText()
    let first = true
    leader.answer = async () => {
      if (!first) return ok(undefined)
      first = false
      return err({ type: 'too-early' })
    }
    await clock.advance(5000)
    expect([shown(), leader.text()]).toEqual(['late mine', 'late mine'])
  })

  it('E12 drops from the queue what a new leader holds already, and hands over the rest', async () => {
    const { channel, leader, clock, type } = await openTab()
    leader.answer = async () => err({ type: 'nobody-leads' })
    channel.doc().on('update', (update: Uint8Array) => leader.text() === '' && applyAccepted(leader.doc, update))
    type('committed ')
    type('waiting')
    await clock.advance(500)
    leader.answer = async () => ok(undefined)
    const before = channel.doc()
    await channel.reconcile()
    await clock.advance(500)
    expect(leader.text()).toBe('committed waiting')
    expect(channel.doc()).toBe(before)
  })

  it('E11 throws a document away that changed outside a person’s edit, and sends nothing of it', async () => {
    const { channel, leader, clock, type, replaced } = await openTab()
    type('mine')
    await clock.advance(500)
    channel.doc().getText('t').insert(0, 'nobody typed this ')
    await clock.advance(500)
    expect(replaced()).toBe(2)
    expect(channel.doc().getText('t').toString()).toBe('mine')
    expect(leader.text()).toBe('mine')
  })

  it('attack 8 E2 writes its text anew when its client ids no longer count', async () => {
    const { channel, leader, clock, type } = await openTab()
    let first = true
    leader.answer = async () => {
      if (!first) return ok(undefined)
      first = false
      leader.clients = [201, 202]
      return err({ type: 'content-refused', reason: 'content: foreign-client' })
    }
    type('never lost')
    await clock.advance(3000)
    expect(leader.text()).toBe('never lost')
    expect(channel.doc().clientID).toBe(201)
  })

  it('E12 takes up what an earlier tab of its slot left, and only what is not on disk', async () => {
    const { channel, leader, clock, type } = await openTab()
    const left: Uint8Array[] = []
    channel.doc().on('update', (update: Uint8Array) => left.push(update))
    type('on disk, ')
    await clock.advance(500)
    leader.answer = async () => err({ type: 'nobody-leads' })
    type('not yet')
    await clock.advance(500)
    expect(channel.unsaved()).toHaveLength(1)
    leader.answer = async () => ok(undefined)
    const next = await openTab({ leader })
    await next.channel.adopt(left)
    await next.channel.adopt(left)
    await clock.advance(500)
    expect(next.channel.doc().getText('t').toString()).toBe('on disk, not yet')
    expect(leader.text()).toBe('on disk, not yet')
  })

  /** What a tab typed that no leader ever took. */
  async function typedInVain(words: string, leader: Leader, slot = 0) {
    const tab = await openTab({ leader, slot })
    const { answer } = leader
    leader.answer = async () => err({ type: 'nobody-leads' })
    tab.type(words)
    await tab.clock.advance(0)
    const left = tab.channel.unsaved()
    tab.channel.close()
    leader.answer = answer
    return left
  }

  it('E12 keeps last words that may not be written, out of sight, until they may', async () => {
    const { channel, leader, clock } = await openTab()
    const left = await typedInVain('last words', leader)
    leader.clients = []
    await channel.reload()
    await channel.adopt(left)
    await clock.advance(3000)
    expect([channel.pending(), channel.unsaved(), leader.text()]).toEqual([1, left, ''])
    expect(channel.doc().getText('t').toString()).toBe('')
    leader.clients = [301]
    await channel.reconcile()
    await clock.advance(500)
    expect([channel.pending(), leader.text()]).toEqual([0, 'last words'])
  })

  it('E12 keeps last words while the leader does not answer', async () => {
    const { channel, leader, clock } = await openTab()
    const left = await typedInVain('last words', leader)
    leader.answers = false
    leader.answer = async () => err({ type: 'nobody-leads' })
    await channel.adopt(left)
    expect([channel.pending(), channel.unsaved()]).toEqual([1, left])
    leader.answers = true
    leader.answer = async () => ok(undefined)
    await clock.advance(3000)
    expect([channel.pending(), leader.text()]).toEqual([0, 'last words'])
  })

  it('E2 E12 writes last words of an earlier life anew', async () => {
    const leader = createLeader()
    const left = await typedInVain('last words', leader)
    leader.clients = [201, 202]
    const { channel, clock } = await openTab({ leader })
    await channel.adopt(left)
    await clock.advance(500)
    expect([channel.pending(), leader.text()]).toEqual([0, 'last words'])
    expect(clientsOf(leader.appended)).toEqual([[201]])
  })

  it('E7 E12 hands over what tabs of other slots left as it is, each slot in an entry of its own', async () => {
    const leader = createLeader()
    const first = await typedInVain('of one slot, ', leader, 0)
    const second = await typedInVain('of another, ', leader, 1)
    const { channel, type, clock } = await openTab({ leader })
    await channel.adopt([...first, ...second])
    type('typed now')
    await clock.advance(500)
    expect(channel.pending()).toBe(0)
    for (const words of ['of one slot, ', 'of another, ', 'typed now'])
      expect(leader.text().split(words)).toHaveLength(2)
    expect(clientsOf(leader.appended)).toEqual([[101], [102], [101]])
  })

  it('E2 keeps what others wrote unseen when it writes its text anew', async () => {
    const { leader, clock, type } = await openTab()
    let first = true
    leader.answer = async () => {
      if (!first) return ok(undefined)
      first = false
      leader.doc.getText('t').insert(0, 'of others ')
      leader.clients = [201, 202]
      return err({ type: 'content-refused', reason: 'content: foreign-client' })
    }
    type('mine')
    await clock.advance(3000)
    expect(leader.text()).toContain('of others ')
    expect(leader.text()).toContain('mine')
  })

  it('E11 is not opened while nobody says what it holds', async () => {
    const leader = createLeader()
    leader.answers = false
    await expect(openTab({ leader })).rejects.toThrow('not opened')
  })

  it('E12 keeps what may not be written, out of sight, until it may', async () => {
    const { channel, leader, clock, type } = await openTab()
    leader.answer = async () => err({ type: 'not-allowed' })
    leader.clients = []
    type('never lost')
    await clock.advance(3000)
    expect(channel.readOnly()).toBe('role')
    expect(channel.pending()).toBe(1)
    expect(channel.doc().getText('t').toString()).toBe('')
    leader.answer = async () => ok(undefined)
    leader.clients = [301, 302]
    await channel.reconcile()
    await clock.advance(500)
    expect(leader.text()).toBe('never lost')
    expect(channel.pending()).toBe(0)
  })

  it('E12 asks again by itself when the leader did not answer', async () => {
    const { channel, leader, clock, type } = await openTab()
    leader.answer = async () => err({ type: 'nobody-leads' })
    type('kept')
    await clock.advance(0)
    leader.answers = false
    await channel.reconcile()
    leader.answer = async () => ok(undefined)
    leader.answers = true
    await clock.advance(3000)
    expect(leader.text()).toBe('kept')
  })

  it('sends nothing of a new workspace before the first edit by hand', async () => {
    const { channel, leader, clock, type } = await openTab({ held: true })
    type('first structure')
    await clock.advance(5000)
    expect(leader.appended).toHaveLength(0)
    channel.letGo()
    await clock.advance(100)
    expect(leader.text()).toBe('first structure')
  })
})
