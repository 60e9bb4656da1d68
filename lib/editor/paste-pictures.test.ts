// @vitest-environment happy-dom
import { CellSelection } from 'prosemirror-tables'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { insertTable } from '#lib/editor/table-commands'
import { createScreen, type Screen } from '#lib/testing/editor-screen'
import { createFakeFiles, type FakeFiles } from '#lib/testing/fake-files'
import { fileWords } from '#lib/words/file-words'

const addressOf = (type: string, head: string, size = 200) =>
  `data:image/${type};base64,${btoa(head + ' '.repeat(size - head.length))}`
const PNG = addressOf('png', '\x89PNG\r\n\x1a\n')

let alice: Screen
let files: FakeFiles
beforeEach(() => {
  files = createFakeFiles()
  alice = createScreen({ files })
})
afterEach(() => alice.close())

const paste = (html: string) => alice.editor.view.pasteHTML(html)
const blocks = () =>
  alice.editor.view.state.doc.content.content.map(({ type, textContent }) => `${type.name}:${textContent}`)
const pictures = () => {
  const found: unknown[] = []
  alice.editor.view.state.doc.descendants(({ type, attrs }) => void (type.name === 'image' && found.push(attrs)))
  return found
}

describe('pictures in what is pasted', () => {
  it('F1 are added where they stand, with their description and their width, and no page ever names them before', async () => {
    paste(`<p>one</p><p><img src="${PNG}" alt="A bird" width="50%"></p><p>two<img src='${PNG}'>three</p>`)
    await vi.waitFor(() =>
      expect(blocks()).toEqual(['paragraph:one', 'image:', 'paragraph:two', 'image:', 'paragraph:three']),
    )
    const [first, second] = [...files.kept.keys()]
    expect(pictures()).toEqual([
      expect.objectContaining({ file: first, alt: 'A bird', width: 50 }),
      expect.objectContaining({ file: second, alt: '', width: null }),
    ])
    expect([...files.kept.values()].map(({ size }) => size)).toEqual([200, 200])
    expect(alice.refusals).toEqual([])
    const history = new Y.Doc()
    for (const edit of alice.edits) {
      Y.applyUpdate(history, edit)
      expect(history.getXmlFragment('body').toString()).not.toContain('enclosed')
    }
  })
  it('F1 come in alone, as of Word, in an item of a list and with a caption', async () => {
    paste(`<p class="MsoNormal"><span><img src="${PNG}"></span></p>`)
    await vi.waitFor(() => expect(blocks()).toEqual(['image:', 'paragraph:']))
    paste(
      `<ul><li>item<img src="${PNG}"></li></ul><figure><img src="${PNG}"><figcaption>Two birds</figcaption></figure>`,
    )
    await vi.waitFor(() => expect(pictures()).toHaveLength(3))
    expect(blocks().slice(0, 3)).toEqual(['image:', 'list:item', 'image:Two birds'])
    alice.editor.view.state.doc.check()
  })
  it('F1 come into the cells of a table with the cells that they stand in', async () => {
    alice.run(insertTable(2, 2))
    paste(`<table><tr><td>a<img src="${PNG}"></td><td>b</td></tr></table>`)
    await vi.waitFor(() => expect(pictures()).toEqual([expect.objectContaining({ file: [...files.kept.keys()][0] })]))
    const [row] = alice.editor.view.state.doc.firstChild?.content.content ?? []
    expect(row?.content.content.map((cell) => cell.content.content.map(({ type }) => type.name))).toEqual([
      ['paragraph', 'image', 'paragraph'],
      ['paragraph'],
    ])
    expect(JSON.stringify(alice.shown())).not.toContain('enclosed')
  })
  it('F1 stay out with the cells that go beyond those that are selected', async () => {
    alice.run(insertTable(2, 2))
    const { view } = alice.editor
    view.dispatch(view.state.tr.setSelection(CellSelection.create(view.state.doc, 2)))
    paste(`<table><tr><td>a</td><td>b<img src="${PNG}"></td></tr></table>`)
    await Promise.resolve()
    expect([view.state.doc.textContent, pictures(), files.kept.size]).toEqual(['a', [], 0])
  })
  it('are not said to lack where a single one comes beside its name, as a file', async () => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/html', '<img src="file:///C:/clip_image001.png">')
    clipboardData.items.add(new File([new Uint8Array(200)], 'clip.png'))
    const event = new Event('paste', { bubbles: true, cancelable: true })
    alice.editor.view.dom.dispatchEvent(Object.assign(event, { clipboardData }))
    await vi.waitFor(() => expect(files.kept.size).toBe(1))
    expect(alice.refusals).toEqual([])
  })
  it('say how many did not come along, and nothing of dots that only keep things apart or links to the web', () => {
    const dot = addressOf('gif', 'GIF89a', 42)
    paste(
      `<p>Words<img src="file:///C:/Users/ann/clip_image001.png"><img src="cid:7"><img src="${dot}">` +
        `<img src="https://example.org/a.png"><img src="${addressOf('svg+xml', '<svg xmlns="x">')}"><img></p>`,
    )
    expect(alice.refusals).toEqual([fileWords.unread(3)])
    expect(blocks()).toEqual(['paragraph:Wordsa.png'])
    paste('<p>More</p>')
    expect(alice.refusals).toHaveLength(1)
  })
  it('leave an emoji what it is', () => {
    paste(`<p>Well <img alt="🎉" src="${PNG}"> done</p>`)
    expect(blocks()).toEqual(['paragraph:Well 🎉 done'])
    expect(files.kept.size).toBe(0)
  })
  it('attack 58 are none where their bytes begin like something else, whatever the address says', () => {
    paste(`<p>a<img src="${addressOf('png', '<svg onload="alert(1)"/>')}"><img data-taken="0" src="x"></p>`)
    expect([blocks(), files.kept.size]).toEqual([['paragraph:a'], 0])
  })
  it('are not those of the paste before', async () => {
    paste(`<p>a<img src="${PNG}"></p>`)
    await vi.waitFor(() => expect(pictures()).toHaveLength(1))
    alice.editor.focus('end')
    paste('<figure data-file="#enclosed/0"><figcaption>x</figcaption></figure>')
    await Promise.resolve()
    expect(files.kept.size).toBe(1)
  })
})
