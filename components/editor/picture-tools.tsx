import { Captions, Maximize2, Trash2, ZoomIn, ZoomOut } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { useEditorFacts } from '#components/editor/editor-facts'
import { useBesideBlock } from '#components/editor/floating'
import { ToolButton } from '#components/editor/tool-button'
import type { Editor } from '#lib/editor/create-editor'
import {
  deletePicture,
  describePicture,
  PICTURE_STEP,
  type PictureFacts,
  setPictureWidth,
  widenPicture,
} from '#lib/editor/picture-commands'
import { fileWords, pictureWords } from '#lib/words/file-words'

/** Above the picture that is selected or captioned: its width, and what it shows in words. */
export function PictureTools({ editor }: { editor: Editor }) {
  const { picture, readOnly } = useEditorFacts(editor)
  return picture && readOnly === false ? <Tools key={picture.file} editor={editor} picture={picture} /> : null
}

function Tools({ editor, picture }: { editor: Editor; picture: PictureFacts }) {
  const bar = useRef<HTMLFieldSetElement>(null)
  const [describing, setDescribing] = useState(false)
  useBesideBlock(editor, bar, '.page-picture')
  return (
    <fieldset ref={bar} className="tools table-tools" aria-label={fileWords.picture}>
      {describing ? (
        <Description editor={editor} alt={picture.alt} onDone={() => setDescribing(false)} />
      ) : (
        <>
          <ToolButton
            label={pictureWords.narrower}
            icon={ZoomOut}
            onClick={() => editor.run(widenPicture(-PICTURE_STEP))}
          />
          <ToolButton label={pictureWords.wider} icon={ZoomIn} onClick={() => editor.run(widenPicture(PICTURE_STEP))} />
          <ToolButton
            label={pictureWords.ownWidth}
            icon={Maximize2}
            pressed={picture.width === undefined}
            onClick={() => editor.run(setPictureWidth(undefined))}
          />
          <ToolButton
            label={pictureWords.describe}
            icon={Captions}
            pressed={picture.alt !== ''}
            onClick={() => setDescribing(true)}
          />
          <ToolButton label={pictureWords.remove} icon={Trash2} onClick={() => editor.run(deletePicture)} />
        </>
      )}
    </fieldset>
  )
}

function Description({ editor, alt, onDone }: { editor: Editor; alt: string; onDone: () => void }) {
  const [text, setText] = useState(alt)
  const done = () => {
    onDone()
    editor.focus()
  }
  const apply = (event: FormEvent) => {
    event.preventDefault()
    editor.run(describePicture(text))
    done()
  }
  return (
    <form className="picture-description" onSubmit={apply}>
      <input
        // biome-ignore lint/a11y/noAutofocus: reason: the person asked for this field with the button in its place
        autoFocus
        value={text}
        dir="auto"
        maxLength={1000}
        aria-label={pictureWords.description}
        placeholder={pictureWords.descriptionHint}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.preventDefault()
          done()
        }}
      />
      <button type="submit">{pictureWords.apply}</button>
    </form>
  )
}
