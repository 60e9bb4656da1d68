// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { CommentsPanel } from '#components/discussion/comments-panel'
import { type Comments, useComments } from '#components/discussion/use-comments'
import { SessionProvider } from '#components/session/session-context'
import { addRemark, listThreads, startThread } from '#lib/document/discussion'
import { createFakeSession, fakeId, fakePerson } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

const mara = fakePerson('Mara', 1, { role: 'owner' })
const bo = fakePerson('Bo', 2)
/** Client ids by place in the list of members, from 2 on. */
const BO = 3
const passage = { from: {}, to: {}, quote: 'the register' }

let screen: Rendered
afterEach(() => screen.close())

/** The panel, open, with a thread by Bo. */
async function open(facts: Parameters<typeof createFakeSession>[0] = {}, readOnly: false | 'role' = false) {
  const session = createFakeSession({ me: mara, members: [mara, bo], ...facts })
  const { discussion } = session
  discussion.readOnly = readOnly
  discussion.as(BO, (doc) => startThread(doc, passage, 'Is this true?', Date.now()))
  let comments: Comments | undefined
  function Harness() {
    comments = useComments(fakeId('first'))
    return <CommentsPanel comments={comments} />
  }
  screen = await render(
    <SessionProvider session={session}>
      <Harness />
    </SessionProvider>,
  )
  await screen.after(() => comments?.show(true))
  const thread = () => listThreads(discussion.doc)[0]
  return { session, discussion, thread, comments: () => comments }
}

describe('comments beside a page', () => {
  it('say who said what about which words, and take an answer', async () => {
    const { thread } = await open()
    for (const said of ['the register', 'Bo', 'Is this true?']) expect(screen.text()).toContain(said)
    await screen.type('Write a reply', '  It is.  ')
    await screen.click('button', 'Send')
    expect(thread()?.remarks.map(({ text }) => text)).toEqual(['Is this true?', 'It is.'])
    expect(screen.text()).toContain('You')
  })

  it('are sent by Ctrl and Enter, and never empty', async () => {
    const { thread } = await open()
    await screen.type('Write a reply', ' ')
    const field = screen.find('textbox', 'Write a reply')
    await screen.after(() => {
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true }))
    })
    expect(thread()?.remarks).toHaveLength(1)
    await screen.type('Write a reply', 'It is.')
    await screen.after(() => {
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true }))
    })
    expect(thread()?.remarks).toHaveLength(2)
  })

  it('are edited and deleted by their author alone, and by whoever may write', async () => {
    const { discussion, thread } = await open()
    await screen.click('button', 'More about the comment by Bo')
    expect(screen.has('menuitem', 'Edit')).toBe(false)
    expect(screen.has('menuitem', 'Delete')).toBe(true)
    await screen.after(() => discussion.open().reply(thread()?.id ?? '', 'Mine'))
    await screen.click('button', 'More about the comment by you')
    await screen.click('menuitem', 'Edit')
    await screen.type('Edit', 'Mine, better')
    await screen.click('button', 'Save')
    expect(screen.text()).toContain('Mine, better')
    expect(screen.text()).toContain('edited')
  })

  it('are resolved, found under Resolved, and opened again', async () => {
    const { thread } = await open()
    await screen.click('button', 'Resolve')
    expect(screen.text()).toContain('Select some words on the page and press Comment.')
    await screen.click('button', 'Resolved 1')
    expect(screen.text()).toContain('Is this true?')
    await screen.click('button', 'Open again')
    expect(thread()?.resolved).toBe(false)
    expect(screen.has('button', 'Open 1')).toBe(true)
  })

  it('are narrowed to those of one person, or to those that concern oneself', async () => {
    const { discussion } = await open()
    expect(screen.has('combobox', 'Whose comments are shown')).toBe(false)
    await screen.after(() => void discussion.open().start({ ...passage, quote: 'the ledger' }, 'Where is it?'))
    const mention = { kind: 'person', id: mara.id, name: 'Mara' } as const
    await screen.after(() =>
      discussion.as(BO, (doc) => startThread(doc, { ...passage, quote: 'the deed' }, '@Mara?', 1, [mention])),
    )
    const shown = () => ['the register', 'the ledger', 'the deed'].filter((quote) => screen.text().includes(quote))
    const narrow = async (to: string) => {
      await screen.click('combobox', 'Whose comments are shown')
      await screen.click('option', to)
    }
    expect(shown()).toEqual(['the register', 'the ledger', 'the deed'])
    await narrow('With you')
    expect(shown()).toEqual(['the ledger', 'the deed'])
    expect(screen.has('button', 'Open 2')).toBe(true)
    await narrow('Bo')
    expect(shown()).toEqual(['the register', 'the deed'])
    await narrow('Everybody')
    expect(shown()).toHaveLength(3)
  })

  it('show the one whose words are clicked, whatever was looked at before', async () => {
    const { thread, comments } = await open()
    await screen.click('button', 'Resolved 0')
    expect(screen.text()).not.toContain('Is this true?')
    await screen.after(() => comments()?.choose(thread()?.id))
    expect(screen.text()).toContain('Is this true?')
  })

  it('are reacted to, and say who did', async () => {
    await open()
    await screen.click('button', 'More about the comment by Bo')
    await screen.click('menuitem', '👀')
    await screen.click('button', /^👀 1\s+by You$/)
    expect(screen.has('button', /^👀 1\s+by You$/)).toBe(false)
  })

  it('keep their quote when the words are gone, and say so', async () => {
    await open()
    expect(screen.text()).toContain('The words this was about are gone from the page.')
  })

  it('have a name where they are about a block without words', async () => {
    const { discussion } = await open()
    await screen.after(() =>
      discussion.as(BO, (doc) => startThread(doc, { ...passage, quote: '' }, 'Why?', Date.now())),
    )
    expect(screen.text()).toContain('A block without words')
    expect(screen.text()).toContain('The block this was about is gone from the page.')
  })

  it('are for reading alone under a role that may not comment', async () => {
    const { discussion, thread } = await open({}, 'role')
    await screen.after(() => discussion.as(BO, (doc) => addRemark(doc, thread()?.id ?? '', 'I think so.', Date.now())))
    expect(screen.text()).toContain('I think so.')
    for (const name of ['Resolve', 'More about the comment by Bo']) expect(screen.has('button', name)).toBe(false)
    expect(screen.has('textbox', 'Write a reply')).toBe(false)
  })

  it('ask whoever has no name for one', async () => {
    const nobody = { ...mara, name: '' }
    const { session } = await open({ me: nobody, members: [nobody, bo] })
    await screen.type('Write a reply', 'It is.')
    await screen.type('Your name, as the others see it', 'Mara')
    await screen.click('button', 'Send')
    expect(session.asked).toContainEqual(['setMyName', 'Mara'])
  })

  it('mention who is chosen behind an at sign, by keys alone, and follow their name', async () => {
    const { thread, session } = await open()
    const field = screen.find('textbox', 'Write a reply')
    await screen.type('Write a reply', 'Ask @')
    const rows = () => [...document.querySelectorAll('[role=option]')].map((row) => row.children[1]?.textContent)
    expect(rows()).toEqual(['Mara', 'Bo'])
    await screen.press(field, 'ArrowDown')
    expect(document.getElementById(field.getAttribute('aria-activedescendant') ?? '')?.textContent).toContain('Bo')
    await screen.press(field, 'Enter')
    expect((field as HTMLTextAreaElement).value).toBe('Ask @Bo ')
    expect(rows()).toEqual([])
    expect(field.hasAttribute('aria-activedescendant')).toBe(false)
    await screen.click('button', 'Send')
    const mention = { kind: 'person', id: bo.id, name: 'Bo' }
    expect(thread()?.remarks.at(-1)).toMatchObject({ text: 'Ask @Bo', mentions: [mention] })
    await screen.after(() => session.change({ members: [mara, { ...bo, name: 'Bodil' }] }))
    expect(screen.text()).toContain('Ask @Bodil')
  })

  it('offer nobody once Escape was pressed, and keep the text', async () => {
    await open()
    const field = screen.find('textbox', 'Write a reply') as HTMLTextAreaElement
    await screen.type('Write a reply', '@b')
    expect(screen.has('option', /Bo$/)).toBe(true)
    await screen.press(field, 'Escape')
    await screen.type('Write a reply', '@bo')
    expect(screen.has('option', /Bo$/)).toBe(false)
    expect(field.value).toBe('@bo')
    expect(screen.text()).toContain('Comments')
  })

  it('attack 26 show what somebody calls themselves or writes as text', async () => {
    const { discussion } = await open({ members: [mara, { ...bo, name: '<img src=x onerror=alert(1)>' }] })
    const mention = { kind: 'person', id: bo.id, name: 'Bo' } as const
    const said = '@Bo <script>alert(1)</script> [x](javascript:alert(1))'
    await screen.after(() => discussion.as(BO, (doc) => startThread(doc, passage, said, 0, [mention])))
    expect(screen.text()).toContain('@<img src=x onerror=alert(1)> <script>alert(1)</script> [x](javascript:alert(1))')
    expect(document.querySelectorAll('img, script, a')).toHaveLength(0)
  })

  it('are edited with their mentions', async () => {
    const { discussion, thread } = await open()
    const mention = { kind: 'person', id: bo.id, name: 'Bert' } as const
    await screen.after(() => discussion.open().reply(thread()?.id ?? '', 'Ask @Bert', [mention]))
    await screen.click('button', 'More about the comment by you')
    await screen.click('menuitem', 'Edit')
    expect((screen.find('textbox', 'Edit') as HTMLTextAreaElement).value).toBe('Ask @Bo')
    await screen.type('Edit', 'Ask @Bo today')
    await screen.click('button', 'Save')
    expect(thread()?.remarks.at(-1)).toMatchObject({ text: 'Ask @Bo today', mentions: [{ ...mention, name: 'Bo' }] })
  })
})
