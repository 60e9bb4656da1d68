import { ExternalLink, Pencil, Unlink } from 'lucide-react'
import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { useEditorFacts } from '#components/editor/editor-facts'
import { useBesideSelection } from '#components/editor/floating'
import { ToolButton } from '#components/editor/tool-button'
import { Button } from '#components/ui/button'
import { setLink, unsetLink } from '#lib/editor/commands'
import type { Editor } from '#lib/editor/create-editor'
import { openAddress } from '#lib/editor/links'
import { editorWords } from '#lib/words/editor-words'

/** Under a link that the cursor stands in: where it leads, and what can be done with it. */
function LinkView({ editor, address, onEdit }: { editor: Editor; address: string; onEdit: () => void }) {
  const card = useRef<HTMLFieldSetElement>(null)
  useBesideSelection(editor, card, true, 'bottom-start')
  return (
    <fieldset ref={card} className="link-card" aria-label={editorWords.link}>
      <span className="link-address">{address.replace(/^(https?:\/\/|mailto:)/, '')}</span>
      <ToolButton label={editorWords.openLink} icon={ExternalLink} onClick={() => openAddress(address)} />
      <ToolButton label={editorWords.editLink} icon={Pencil} onClick={onEdit} />
      <ToolButton
        label={editorWords.removeLink}
        icon={Unlink}
        onClick={() => {
          editor.run(unsetLink)
          editor.focus()
        }}
      />
    </fieldset>
  )
}

/** Asks for an address. An address that no link may have is refused in words, and nothing changes. */
function LinkForm({ editor, address, onDone }: { editor: Editor; address: string; onDone: () => void }) {
  const card = useRef<HTMLFormElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const id = useId()
  const [refused, setRefused] = useState(false)
  useBesideSelection(editor, card, true, 'bottom-start')
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
    editor.keepSelection(true)
    return () => {
      if (!editor.view.isDestroyed) editor.keepSelection(false)
    }
  }, [editor])

  function leave(): void {
    onDone()
    editor.focus()
  }
  function apply(event: FormEvent): void {
    event.preventDefault()
    const typed = field.current?.value.trim() ?? ''
    if (typed ? editor.run(setLink(typed)) : editor.run(unsetLink) || !address) leave()
    else setRefused(true)
  }

  return (
    <form
      ref={card}
      className="link-card link-form"
      aria-label={editorWords.link}
      onSubmit={apply}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        leave()
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) onDone()
      }}
    >
      <div className="link-line">
        <input
          ref={field}
          type="text"
          inputMode="url"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          aria-label={editorWords.address}
          aria-invalid={refused || undefined}
          aria-describedby={refused ? id : undefined}
          placeholder={editorWords.addressHint}
          defaultValue={address}
          onChange={() => setRefused(false)}
        />
        <Button look="bare" size="small" type="submit">
          {editorWords.setLink}
        </Button>
      </div>
      {refused ? (
        <p id={id} role="alert" className="link-problem">
          {editorWords.badAddress}
        </p>
      ) : null}
    </form>
  )
}

/** The card of the link at the cursor; a form while `asking`. */
export function LinkCard({
  editor,
  asking,
  onAsk,
  onDone,
}: {
  editor: Editor
  asking: boolean
  onAsk: () => void
  onDone: () => void
}) {
  const { link, hasRange, focused, readOnly } = useEditorFacts(editor)
  if (readOnly !== false) return null
  if (asking) return <LinkForm editor={editor} address={link ?? ''} onDone={onDone} />
  if (link === undefined || hasRange || !focused) return null
  return <LinkView key={link} editor={editor} address={link} onEdit={onAsk} />
}
