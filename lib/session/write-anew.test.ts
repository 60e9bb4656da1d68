import { beforeAll, describe, expect, it } from 'vitest'
import { XmlText } from 'yjs'
import { toBase64Url } from '#lib/base/base64url'
import { sameBytes } from '#lib/base/bytes'
import { err, ok } from '#lib/base/result'
import { encodeState } from '#lib/document/encode-state'
import { createQuietDoc } from '#lib/document/quiet-doc'
import { setAsideView } from '#lib/host/set-aside-view'
import { entryKind } from '#lib/protocol/entry-kind'
import { anewTail } from '#lib/protocol/entry-tail'
import { createWritingAnew, updateBeside } from '#lib/session/write-anew'
import { copyMemoryDisk } from '#lib/storage/memory-storage'
import { createOfflineTeam } from '#lib/testing/offline-team'
import { openTab, paragraphOf } from '#lib/testing/replica-tab'
import { type Cast, createCast } from '#lib/testing/simulation-cast'

type Team = Awaited<ReturnType<typeof createOfflineTeam>>
type Member = Awaited<ReturnType<Team['start']>>

describe('what the losing side of a copied profile wrote', () => {
  let cast: Cast
  let team: Team
  beforeAll(async () => {
    cast = await createCast()
    team = await createOfflineTeam(cast)
  })

  /** Both write after the copy, and everybody has it all. */
  async function parted(
    write: (member: Member, words: string) => Promise<unknown> = (member, words) => member.type(words),
    of = team,
  ) {
    const [alice, bob] = [await of.start('alice'), await of.start('bob')]
    await write(bob, 'both')
    const copy = await of.start('bob', copyMemoryDisk(bob.disk))
    for (const words of ['mine', 'too']) await write(bob, words)
    for (const words of ['theirs', 'also', 'well']) await write(copy, words)
    const meet = async () => {
      for (const from of [bob, copy, alice]) await of.carry(from, ...[bob, copy, alice].filter((to) => to !== from))
    }
    await meet()
    return { alice, bob, copy, meet }
  }

  /** Somebody's screen: what it lists, and a click on the first line of it. `spare`: the slot that is free then. */
  async function screenOf(
    { replica, device }: Member,
    { channel = team.page, spare = 15 }: { channel?: typeof team.page; spare?: number | 'none' } = {},
  ) {
    const { host, leader } = await openTab(channel, { replica, device })
    const lines = async () => {
      const state = replica.membership.current()
      return state ? setAsideView(state, await replica.setAside()) : []
    }
    const takeSpareSlot = async () => (spare === 'none' ? undefined : { slot: spare, release() {} })
    const writeAnew = createWritingAnew({ host, takeSpareSlot })
    return { leader, lines, click: async () => writeAnew((await lines())[0]?.id ?? '') }
  }

  const everything = ['also', 'both', 'mine', 'theirs', 'too', 'well']
  const wordsOf = async (member: Member) => (await member.text()).split(' ').sort()

  it('E3 E7 stays set aside while as many tabs as can write are open, and that is said', async () => {
    const { copy } = await parted()
    const full = await screenOf(copy, { spare: 'none' })
    expect(await full.click()).toEqual(err({ type: 'too-many-tabs' }))
    expect(await full.lines()).toHaveLength(1)
  })

  it('attack 7 E3 is named at both devices that have the keys, with its words, and at nobody else’s', async () => {
    const { alice, bob, copy } = await parted()
    const counted = await wordsOf(alice)
    for (const device of [bob, copy, await team.start('bob', bob.disk)]) {
      const [item, ...others] = await device.replica.setAside()
      expect(others).toEqual([])
      expect([...counted, ...(item?.text.split(' ') ?? [])].sort()).toEqual(everything)
      expect(item?.edits).toBe(everything.length - counted.length)
    }
    expect(await alice.replica.setAside()).toEqual([])
  })

  it('attack 7 E3 stands once for everybody after one click, and is offered no more: here, at the copy or after a start', async () => {
    const { alice, bob, copy, meet } = await parted()
    const screen = await screenOf(copy)
    expect((await screen.lines()).map(({ type, name }) => [type, name])).toEqual([['set-aside', 'bob']])
    expect((await screen.click()).ok).toBe(true)
    await meet()
    for (const member of [alice, bob, copy]) {
      expect(await wordsOf(member)).toEqual(everything)
      expect(await member.replica.setAside()).toEqual([])
    }
    expect(await (await team.start('bob', bob.disk)).replica.setAside()).toEqual([])
  })

  it('E3 is written anew where it is comments', async () => {
    const { alice, bob, meet } = await parted((member, words) => member.remark(words))
    expect((await (await screenOf(bob, { channel: team.discussion })).click()).ok).toBe(true)
    await meet()
    expect([...(await alice.remarks())].sort()).toEqual(everything)
    expect(await bob.replica.setAside()).toEqual([])
  })

  it('E3 stands once however often somebody clicks, in two tabs and where no answer comes', async () => {
    const { bob, copy, meet } = await parted()
    const [here, there] = [await screenOf(bob), await screenOf(bob, { spare: 14 })]
    here.leader.reachable = false
    expect(await here.click()).toEqual(err({ type: 'nobody-leads' }))
    here.leader.reachable = true
    here.leader.answers = false
    expect(await here.click()).toEqual(err({ type: 'nobody-leads' }))
    expect(await there.click()).toEqual(err({ type: 'not-found' }))
    await meet()
    expect(await wordsOf(copy)).toEqual(everything)
  })

  it('E3 stands once where somebody clicks in two tabs at the same time', async () => {
    const { bob, copy, meet } = await parted()
    const [here, there] = [await screenOf(bob), await screenOf(bob, { spare: 14 })]
    const clicked = await Promise.all([here.click(), there.click()])
    expect(clicked.filter(({ ok }) => ok)).toHaveLength(1)
    expect(clicked).toContainEqual(err({ type: 'not-found' }))
    await meet()
    expect(await wordsOf(copy)).toEqual(everything)
  })

  it('E3 names of more than are written at once the rest after each click, until nothing is left', async () => {
    const few = await createOfflineTeam(cast, undefined, 1)
    const { bob, copy, meet } = await parted((member, words) => member.type(words), few)
    const named = await wordsOf(bob)
    for (let item = (await bob.replica.setAside())[0]; item; item = (await bob.replica.setAside())[0]) {
      expect(item.edits).toBe(1)
      named.push(item.text)
      expect((await bob.replica.writeAnew(item, new Uint8Array(0))).ok).toBe(true)
    }
    expect(named.sort()).toEqual(everything)
    await meet()
    expect(await copy.replica.setAside()).toEqual([])
  })

  it('E3 is written by the very entry that says so', async () => {
    const { bob } = await parted()
    await bob.type('on')
    const before = (await team.runsOf(bob)).flat().length
    expect((await (await screenOf(bob)).click()).ok).toBe(true)
    expect((await team.runsOf(bob)).flat()).toHaveLength(before + 1)
  })

  it('E3 is offered no more where it stands already and there is nothing to write', async () => {
    const { bob } = await parted()
    const { host } = await openTab(team.page, bob)
    const [item] = await bob.replica.setAside()
    const written = { id: toBase64Url(item?.newest.id ?? new Uint8Array(0)), update: new Uint8Array(0) }
    expect(await host.run({ type: 'write-anew', ...written })).toEqual(ok({ type: 'done' }))
    expect(await bob.replica.setAside()).toEqual([])
  })

  it('E3 names of what was written anew in part only the rest', async () => {
    const { bob } = await parted()
    const [item] = await bob.replica.setAside()
    const entries = (await team.runsOf(bob)).flat()
    const newest = entries.find(({ id }) => item && sameBytes(id, item.newest.id))
    const before = entries.find(({ id }) => newest && sameBytes(id, newest.header.prev))
    if (!item || !before) throw new Error('nothing is set aside')
    const { chain, seq } = before.header
    const named = anewTail({ chain, seq, idPrefix: before.id.slice(0, 16) })
    await bob.append({ channel: team.page, kind: entryKind.merge, payload: new Uint8Array(0), tail: [named] })
    const [rest] = await bob.replica.setAside()
    expect([rest?.edits, rest?.text]).toEqual([1, item.text.split(' ').at(-1)])
  })

  it('E3 changes nothing where it was written on top of what does not count', async () => {
    const doc = createQuietDoc()
    const updates: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => updates.push(update))
    const paragraph = paragraphOf('one')
    doc.getXmlFragment('body').push([paragraph])
    paragraph.push([new XmlText('two')])
    const nothing = encodeState(createQuietDoc())
    expect(updateBeside(team.page, nothing, updates.slice(1), 7)).toBeUndefined()
  })
})
