import { useEffect, useRef } from 'react'
import { useEditorFacts } from '#components/editor/editor-facts'
import type { Editor } from '#lib/editor/create-editor'
import { follow } from '#lib/editor/follow'
import { editorWords, followingWords } from '#lib/words/editor-words'

/** Says whom the page follows. Any key, scroll or press ends it, so the button only says so. */
export function Following({
  editor,
  asked,
}: {
  editor: Editor
  /** Whom to follow; what was asked for before this page was on screen counts no more. */
  asked: { readonly client: number } | undefined
}) {
  const done = useRef(asked)
  useEffect(() => {
    if (!asked || done.current === asked) return
    done.current = asked
    editor.run(follow(asked.client))
  }, [editor, asked])
  const { following } = useEditorFacts(editor)
  return (
    <div className="following" role="status">
      {following === undefined ? null : (
        <span className="following-words">
          {followingWords(following)}
          <button type="button" onClick={() => editor.run(follow(undefined))}>
            {editorWords.stopFollowing}
          </button>
        </span>
      )}
    </div>
  )
}
