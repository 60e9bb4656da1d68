import { useEditorFacts } from '#components/editor/editor-facts'
import type { Editor } from '#lib/editor/create-editor'
import { follow } from '#lib/editor/follow'
import { editorWords, followingWords } from '#lib/words/editor-words'

/** Says whom the page follows. Any key, scroll or press ends it, so the button only says so. */
export function Following({ editor }: { editor: Editor }) {
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
