import { type RefObject, useEffect, useId, useRef, useState } from 'react'
import { useEditorFacts } from '#components/editor/editor-facts'
import { useBesideSelection } from '#components/editor/floating'
import { blockTools, type Tool } from '#components/editor/tools'
import type { Editor } from '#lib/editor/create-editor'
import { answerSlash, type SlashKey } from '#lib/editor/slash'
import { editorWords, isMeant, toolWords } from '#lib/words/editor-words'

/** Answers a key that the menu may take; false leaves it to the page. */
export type ChooseBlock = (key: SlashKey) => boolean

/**
 * The blocks that a slash asks for, under the caret. The focus stays in the page: arrows, Enter and Tab come here through
 * `choose`, and the page names the marked row as its active descendant.
 */
export function SlashMenu({ editor, choose }: { editor: Editor; choose: RefObject<ChooseBlock | undefined> }) {
  const { slash, focused, readOnly } = useEditorFacts(editor)
  const tools = slash === undefined ? [] : blockTools.filter((tool) => isMeant(tool.name, slash))
  const open = focused && readOnly === false && tools.length > 0
  return open ? <Rows key={slash} editor={editor} tools={tools} choose={choose} /> : null
}

function Rows({
  editor,
  tools,
  choose,
}: {
  editor: Editor
  tools: readonly Tool[]
  choose: RefObject<ChooseBlock | undefined>
}) {
  const list = useRef<HTMLDivElement>(null)
  const id = useId()
  const [at, setAt] = useState(0)
  useBesideSelection(editor, list, true, 'bottom-start')

  const answer = (tool: Tool | undefined) => tool !== undefined && editor.run(answerSlash(tool.command))
  useEffect(() => {
    choose.current = (key) => {
      const step = { ArrowDown: 1, ArrowUp: -1, Enter: 0, Tab: 0 }[key]
      if (step === 0) answer(tools[at])
      else setAt((at + step + tools.length) % tools.length)
      return true
    }
    return () => {
      choose.current = undefined
    }
  })
  useEffect(() => {
    const { dom } = editor.view
    dom.setAttribute('aria-autocomplete', 'list')
    dom.setAttribute('aria-controls', id)
    dom.setAttribute('aria-activedescendant', `${id}-${at}`)
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' })
    return () => {
      for (const name of ['autocomplete', 'controls', 'activedescendant']) dom.removeAttribute(`aria-${name}`)
    }
  }, [editor, id, at])

  return (
    <div ref={list} id={id} role="listbox" aria-label={editorWords.blocks} className="block-menu slash-menu">
      {tools.map((tool, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: reason: the keys come from the page, which keeps the focus
        <div
          key={tool.name}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          data-highlighted={index === at ? '' : undefined}
          className="block-menu-row"
          onPointerMove={() => setAt(index)}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => answer(tool)}
        >
          <tool.icon size={16} aria-hidden="true" />
          <span className="block-menu-name">{toolWords(tool.name).name}</span>
          <span className="block-menu-typed" aria-hidden="true">
            {toolWords(tool.name).typed}
          </span>
        </div>
      ))}
    </div>
  )
}
