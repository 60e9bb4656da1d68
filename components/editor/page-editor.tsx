import './carets.css'
import './page-text.css'
import './page-lists.css'
import './tools.css'
import { useEffect, useRef, useState } from 'react'
import { BlockHandle } from '#components/editor/block-handle'
import { useClickBelow } from '#components/editor/click-below'
import { FloatingTools } from '#components/editor/floating-tools'
import { LinkCard } from '#components/editor/link-card'
import { createPageScreen, type PageScreen } from '#lib/editor/page-screen'
import type { OpenPage } from '#lib/session/session-view'
import { editorWords } from '#lib/words/editor-words'

/**
 * A page to read and write: title, body, toolbar, links. React draws what is around the text; the text itself belongs to
 * the editor, so that a key renders nothing here. When `page` is replaced by a rebuilt copy of the same page, selection
 * and focus stay.
 */
export function PageEditor({ page }: { page: OpenPage }) {
  const area = useRef<HTMLElement>(null)
  const title = useRef<HTMLTextAreaElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const latest = useRef(page)
  const [screen, setScreen] = useState<PageScreen>()
  const [asking, setAsking] = useState(false)
  const [summoned, setSummoned] = useState(0)

  useEffect(() => {
    if (!title.current || !body.current) return
    const made = createPageScreen({
      title: title.current,
      body: body.current,
      page: latest.current,
      words: editorWords,
      askLink: () => setAsking(true),
      enterToolbar: () => setSummoned((times) => times + 1),
    })
    setScreen(made)
    return () => {
      setScreen(undefined)
      made.close()
    }
  }, [])

  useEffect(() => {
    if (latest.current === page) return
    latest.current = page
    screen?.replacePage(page)
  }, [page, screen])

  useClickBelow(screen?.editor, area)

  return (
    <article ref={area} className="page-editor">
      <textarea
        ref={title}
        className="page-title"
        rows={1}
        dir="auto"
        aria-label={editorWords.title}
        placeholder={editorWords.untitled}
        enterKeyHint="next"
        autoComplete="off"
      />
      <div ref={body} />
      {screen ? (
        <>
          <BlockHandle editor={screen.editor} page={area} />
          <FloatingTools editor={screen.editor} summoned={summoned} onAskLink={() => setAsking(true)} />
          <LinkCard
            editor={screen.editor}
            asking={asking}
            onAsk={() => setAsking(true)}
            onDone={() => setAsking(false)}
          />
        </>
      ) : null}
    </article>
  )
}
