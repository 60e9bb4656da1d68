import './carets.css'
import './page-text.css'
import './page-lists.css'
import './page-blocks.css'
import './page-files.css'
import './page-inline.css'
import './menus.css'
import './tools.css'
import { useCallback, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { Comments } from '#components/discussion/use-comments'
import { BlockActionsMenu, type MenuAnchor } from '#components/editor/block-actions-menu'
import { BlockHandle } from '#components/editor/block-handle'
import type { Choose } from '#components/editor/choice-rows'
import { useClickBelow } from '#components/editor/click-below'
import { CodeTools } from '#components/editor/code-tools'
import { DateCard } from '#components/editor/date-card'
import { DropBeside } from '#components/editor/drop-beside'
import { FindBar } from '#components/editor/find-bar'
import { selectionRect } from '#components/editor/floating'
import { FloatingTools } from '#components/editor/floating-tools'
import { Following } from '#components/editor/following'
import { LinkCard } from '#components/editor/link-card'
import { useLinkedBlock } from '#components/editor/linked-block'
import type { Mentionable } from '#components/editor/mention-menu'
import { OutlinePanel } from '#components/editor/outline-panel'
import { PictureTools } from '#components/editor/picture-tools'
import { chooseIn, QuestionMenus } from '#components/editor/question-menus'
import { ShortcutSheet, useQuestionMark } from '#components/editor/shortcut-sheet'
import { TableTools } from '#components/editor/table-tools'
import { useAlert } from '#components/ui/alerts'
import { createMentionNames, type KnownNames } from '#lib/editor/mention-names'
import { createPageScreen, type PageScreen } from '#lib/editor/page-screen'
import type { OpenPage } from '#lib/session/session-view'
import { dateWords, editorWords } from '#lib/words/editor-words'
import { fileWords } from '#lib/words/file-words'

/**
 * A page to read and write: title, body, toolbar, links. React draws what is around the text; the text itself belongs to
 * the editor, so that a key renders nothing here. When `page` is replaced by a rebuilt copy of the same page, selection
 * and focus stay.
 */
export function PageEditor({
  page,
  comments,
  mentionable,
  block,
  toFollow,
  onCopyLink,
  onFocusMode,
}: {
  page: OpenPage
  comments: Pick<Comments, 'marks' | 'begin' | 'mayComment'>
  /** The block that the address names. */
  block?: string | undefined
  /** Whose caret to follow from now on; another object each time it is asked for. */
  toFollow?: { readonly client: number } | undefined
  onCopyLink: (block: string) => void
  onFocusMode: () => void
  mentionable: Mentionable & Pick<KnownNames, 'addressOf'> & { readonly named: Pick<KnownNames, 'pages' | 'people'> }
}) {
  const area = useRef<HTMLElement>(null)
  const title = useRef<HTMLTextAreaElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const latest = useRef(page)
  const [screen, setScreen] = useState<PageScreen>()
  const [asking, setAsking] = useState(false)
  const [summoned, setSummoned] = useState(0)
  const [anchor, setAnchor] = useState<MenuAnchor>()
  const [finding, setFinding] = useState(0)
  const [dateAsked, setDateAsked] = useState(0)
  const [outlineOpen, setOutlineOpen] = useState(false)
  const [sheetOpen, setSheetOpen] = useState(false)
  const choose = useRef<Choose>(undefined)
  const [mentions] = useState(createMentionNames)
  const begin = useRef(comments.begin)
  begin.current = comments.begin
  const focusMode = useRef(onFocusMode)
  focusMode.current = onFocusMode
  const alert = useRef(useAlert())
  const showShortcuts = useCallback(() => setSheetOpen(true), [])
  useQuestionMark(showShortcuts)

  useEffect(() => {
    if (!title.current || !body.current) return
    const made = createPageScreen({
      title: title.current,
      body: body.current,
      page: latest.current,
      fileWords,
      words: { ...editorWords, date: dateWords },
      comments: comments.marks,
      mentions,
      actions: {
        askLink: () => setAsking(true),
        comment: () => begin.current(),
        enterToolbar: () => setSummoned((times) => times + 1),
        openBlockMenu: () => setAnchor({ getBoundingClientRect: () => selectionRect(made.editor) }),
        toggleFocusMode: () => focusMode.current(),
        showOutline: () => setOutlineOpen(true),
        // its field has the focus before the next key comes
        find: () => flushSync(() => setFinding((times) => times + 1)),
        showShortcuts: () => setSheetOpen(true),
        askDate: () => setDateAsked((times) => times + 1),
        fileRefused: (sentence) => alert.current(sentence),
        choose: (key) => chooseIn(made.editor, choose, key),
      },
    })
    setScreen(made)
    return () => {
      setScreen(undefined)
      made.close()
    }
  }, [comments.marks, mentions])

  useEffect(() => {
    if (latest.current === page) return
    latest.current = page
    screen?.replacePage(page)
  }, [page, screen])

  useEffect(() => {
    mentions.show({ ...mentionable.named, addressOf: mentionable.addressOf })
  }, [mentions, mentionable])

  useLinkedBlock(screen?.editor, page, block)
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
          <BlockHandle editor={screen.editor} page={area} menuOpen={anchor !== undefined} onMenu={setAnchor} />
          <DropBeside editor={screen.editor} page={area} />
          <FloatingTools
            editor={screen.editor}
            summoned={summoned}
            onAskLink={() => setAsking(true)}
            onBlockMenu={setAnchor}
            onComment={comments.mayComment ? comments.begin : undefined}
          />
          <TableTools editor={screen.editor} />
          <PictureTools editor={screen.editor} />
          {finding > 0 ? <FindBar key={finding} editor={screen.editor} onClose={() => setFinding(0)} /> : null}
          {outlineOpen ? (
            <OutlinePanel editor={screen.editor} page={page} onClose={() => setOutlineOpen(false)} />
          ) : null}
          <DateCard editor={screen.editor} asked={dateAsked} />
          <Following editor={screen.editor} asked={toFollow} />
          <CodeTools editor={screen.editor} />
          <QuestionMenus editor={screen.editor} mentionable={mentionable} choose={choose} />
          <BlockActionsMenu
            editor={screen.editor}
            anchor={anchor}
            onClose={() => setAnchor(undefined)}
            onFind={() => setFinding((times) => times + 1)}
            onOutline={() => setOutlineOpen(true)}
            onCopyLink={() => {
              const place = screen.editor.blockPlace()
              if (place !== undefined) onCopyLink(place)
            }}
            onComment={comments.mayComment ? comments.begin : undefined}
          />
          <LinkCard
            editor={screen.editor}
            asking={asking}
            onAsk={() => setAsking(true)}
            onDone={() => setAsking(false)}
          />
        </>
      ) : null}
      <ShortcutSheet open={sheetOpen} onClose={() => setSheetOpen(false)} />
    </article>
  )
}
