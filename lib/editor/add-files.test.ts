// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { pickFile, pickPicture } from '#lib/editor/add-files'
import type { AppendError } from '#lib/editor/page-files'
import { MAX_FILE_BYTES } from '#lib/session/page-files'
import { createScreen, type Screen } from '#lib/testing/editor-screen'
import { createFakeFiles, type FakeFiles } from '#lib/testing/fake-files'
import { fileWords } from '#lib/words/file-words'

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const picture = (name = 'bird.png') => new File([PNG], name)
const letter = (name = 'plan.pdf', text = '%PDF-1.7') => new File([text], name)

let screen: Screen
let files: FakeFiles
const open = (readOnly: false | string = false) => {
  files = createFakeFiles()
  screen = createScreen({ files, readOnly })
}
afterEach(() => screen.close())

/** Pastes or drops files on the page. */
function give(type: 'paste' | 'drop', list: readonly File[], types: readonly string[] = ['Files']): boolean {
  const data = { files: list, types, getData: () => '', items: [] }
  const event = new Event(type, { bubbles: true, cancelable: true })
  Object.assign(event, { clipboardData: data, dataTransfer: data, clientX: 0, clientY: 0 })
  screen.editor.view.dom.dispatchEvent(event)
  return event.defaultPrevented
}
/** The page from another document that says the same. */
function anew(): Screen['page'] {
  const fresh = createScreen({ files, state: Y.encodeStateAsUpdate(screen.doc) })
  fresh.close()
  return fresh.page
}
/** Nothing is sealed before the returned function is called. */
function holdSealing(): () => void {
  let keep = () => {}
  const sealing = new Promise<void>((resolve) => {
    keep = resolve
  })
  const { add } = files
  files.add = async (file, onShare) => {
    await sealing
    return add(file, onShare)
  }
  return keep
}
const kinds = () => screen.editor.view.state.doc.content.content.map(({ type }) => type.name)
const shown = (...names: readonly string[]) => vi.waitFor(() => expect(kinds()).toEqual(names))
const names = () => screen.editor.view.state.doc.content.content.flatMap(({ attrs }) => attrs.name ?? [])

describe('files of a page', () => {
  it('F1 takes the place of the empty paragraph, and the caret goes on below', async () => {
    open()
    give('paste', [picture()])
    await shown('image', 'paragraph')
    screen.type('below')
    expect(screen.editor.view.state.doc.lastChild?.textContent).toBe('below')
    expect(screen.strays).toEqual([])
  })

  it('F1 puts a picture behind the block that is written in, and leaves the caret there', async () => {
    open()
    screen.type('text')
    give('paste', [picture()])
    await shown('paragraph', 'image', 'paragraph')
    screen.type('!')
    expect(screen.editor.view.state.doc.firstChild?.textContent).toBe('text!')
  })

  it('F1 keeps several files in their order, pictures and others', async () => {
    open()
    give('paste', [picture('1.png'), letter('2.pdf'), picture('3.png')])
    await shown('image', 'file', 'image', 'paragraph')
    expect(names()).toEqual(['1.png', '2.pdf', '3.png'])
  })

  it('F1 says so of a file whose sealing breaks, and goes on with the rest', async () => {
    open()
    const { add } = files
    files.add = (file, onShare) => (file.size > 8 ? Promise.reject(new Error('broken')) : add(file, onShare))
    give('paste', [picture('1.png'), letter('2.pdf', 'longer than eight'), picture('3.png')])
    await shown('image', 'image', 'paragraph')
    expect(names()).toEqual(['1.png', '3.png'])
    expect(screen.editor.view.dom.querySelector('[role=alert]')?.textContent).toContain('2.pdf could not be kept')
  })

  it('F1 is one step back for each file', async () => {
    open()
    give('paste', [picture()])
    await shown('image', 'paragraph')
    screen.editor.undo()
    expect(kinds()).toEqual(['paragraph'])
    screen.editor.redo()
    expect(kinds()).toEqual(['image', 'paragraph'])
  })

  it('F1 leaves what a spreadsheet or a word processor copies to the text beside its picture', () => {
    open()
    expect(give('paste', [picture()], ['text/plain', 'text/html', 'Files'])).toBe(false)
    expect(files.kept.size).toBe(0)
  })

  it('F1 never lets the browser open a dropped file in place of the page, also where nobody may write', async () => {
    open('role')
    expect(give('drop', [letter()])).toBe(true)
    expect([files.kept.size, kinds()]).toEqual([0, ['paragraph']])
  })

  it('F1 says that a file comes, and where it is too large why it does not, until that was read', async () => {
    open()
    files.refusal = { type: 'too-large', maxBytes: MAX_FILE_BYTES }
    give('paste', [letter('film.mov')])
    const line = () => document.querySelector('.file-adding')
    expect(line()?.textContent).toBe(fileWords.adding('film.mov', 0))
    await vi.waitFor(() => expect(line()?.getAttribute('role')).toBe('alert'))
    expect(line()?.textContent).toMatch(/^film\.mov is larger than 100 MB, the most that a page takes\./)
    expect([kinds(), screen.edits]).toEqual([['paragraph'], []])
    line()?.querySelector('button')?.click()
    expect(line()).toBeNull()
  })

  it('attack 58 F1 gives a file a name that may be saved, and shows what is no picture as a file', async () => {
    open()
    give('paste', [letter('../../\u202egnp.exe', '<svg onload="alert(1)"/>')])
    await shown('file', 'paragraph')
    expect(names()).toEqual(['gnp.exe'])
  })

  it('F1 is on the page also where what stood around its line was deleted, or the page was built anew meanwhile', async () => {
    open()
    screen.type('text')
    const keep = holdSealing()
    give('paste', [picture()])
    await vi.waitFor(() => expect(document.querySelector('.file-adding')).not.toBeNull())
    screen.select('text')
    screen.press('Backspace')
    screen.editor.replacePage(anew())
    keep()
    await vi.waitFor(() => expect(kinds()).toContain('image'))
  })

  it('F1 is written at the page’s end where the page was left while it was sealed', async () => {
    open()
    const keep = holdSealing()
    give('paste', [picture(), letter()])
    await vi.waitFor(() => expect(document.querySelectorAll('.file-adding')).toHaveLength(2))
    screen.editor.close()
    keep()
    await vi.waitFor(() => expect(screen.appended.map(({ attrs }) => attrs.name)).toEqual(['bird.png', 'plan.pdf']))
    for (const node of screen.appended) node.check()
  })

  it('F1 is spoken of where the person is now, if it was refused after its page was left', async () => {
    open()
    files.refusal = { type: 'storage-full' }
    const keep = holdSealing()
    give('paste', [letter()])
    await vi.waitFor(() => expect(document.querySelector('.file-adding')).not.toBeNull())
    screen.editor.close()
    keep()
    await vi.waitFor(() => expect(screen.refusals).toEqual([fileWords.refused('plan.pdf', { type: 'storage-full' })]))
    expect(screen.appended).toEqual([])
  })

  it.each([
    ['left', () => screen.editor.close()],
    ['built anew', () => screen.editor.replacePage({ ...anew(), readOnly: 'trashed' })],
  ])('F1 is spoken of, too, where nobody may write any more on its page, which was %s', async (_, act) => {
    files = createFakeFiles()
    screen = createScreen({ files, refuseAppend: () => ({ type: 'page-closed' }) })
    const keep = holdSealing()
    give('paste', [letter()])
    await vi.waitFor(() => expect(document.querySelector('.file-adding')).not.toBeNull())
    act()
    keep()
    await vi.waitFor(() => expect(screen.refusals).toEqual([fileWords.refused('plan.pdf', { type: 'page-closed' })]))
  })

  it('F1 says of each file on its own why it could not be written where its page was left', async () => {
    files = createFakeFiles()
    const answers: (() => AppendError | undefined)[] = [
      () => ({ type: 'storage-failed' }),
      () => {
        throw new Error('closed')
      },
      () => undefined,
    ]
    screen = createScreen({ files, refuseAppend: () => answers.shift()?.() })
    const keep = holdSealing()
    give('paste', [letter('one.pdf'), letter('two.pdf'), letter('three.pdf')])
    await vi.waitFor(() => expect(document.querySelectorAll('.file-adding')).toHaveLength(3))
    screen.editor.close()
    keep()
    await vi.waitFor(() => expect(screen.appended.map(({ attrs }) => attrs.name)).toEqual(['three.pdf']))
    expect(screen.refusals).toEqual(
      ['one.pdf', 'two.pdf'].map((name) => fileWords.refused(name, { type: 'storage-failed' })),
    )
  })

  it('F1 is offered where a block can stand, and nowhere without files', () => {
    open()
    expect([screen.editor.canRun(pickPicture), screen.editor.canRun(pickFile)]).toEqual([true, true])
    screen.close()
    screen = createScreen()
    expect(screen.editor.canRun(pickPicture)).toBe(false)
  })
})

describe('files on screen', () => {
  it('F1 shows a picture from this tab alone, and ends its address with it', async () => {
    open()
    const revoked = vi.spyOn(URL, 'revokeObjectURL')
    give('paste', [picture()])
    await shown('image', 'paragraph')
    const image = document.querySelector<HTMLImageElement>('.page-picture img')
    expect(image?.getAttribute('src')).toMatch(/^blob:/)
    screen.editor.undo()
    expect(revoked).toHaveBeenCalledWith(image?.getAttribute('src'))
    revoked.mockRestore()
  })

  it('F1 says calmly why a picture is not there, and has no image', async () => {
    open()
    give('paste', [picture()])
    await shown('image', 'paragraph')
    const state = Y.encodeStateAsUpdate(screen.doc)
    screen.close()
    files = createFakeFiles()
    screen = createScreen({ files, state })
    const image = document.querySelector<HTMLImageElement>('.page-picture img')
    expect([image?.hidden, image?.hasAttribute('src')]).toEqual([true, false])
    expect(document.querySelector('.file-absence')?.textContent).toBe(
      fileWords.state({ type: 'waiting', because: 'missing' }),
    )
  })

  it('F1 saves a file under its name when that is asked for, and fetches nothing before', async () => {
    open()
    give('paste', [letter()])
    await shown('file', 'paragraph')
    const follow = vi.spyOn(files, 'follow')
    const saved: string[] = []
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push(`${this.download} ${this.href.slice(0, 5)}`)
    })
    expect(document.querySelector('.page-file')?.textContent).toBe('plan.pdf8 bytesDownload')
    document.querySelector<HTMLButtonElement>('.page-file-download')?.click()
    expect([follow.mock.calls.length, saved]).toEqual([1, ['plan.pdf blob:']])
    click.mockRestore()
  })
})
