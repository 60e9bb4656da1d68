import { useMemo } from 'react'
import { useWorkspace } from '#components/session/session-context'
import { wordsOfWorkspace } from '#lib/session/safety'
import { WORKSPACE_WORDS_DIFFER, WORKSPACE_WORDS_LEAD } from '#lib/words/safety-words'

/** The eight words that everybody in this workspace sees. */
export function WorkspaceWords() {
  const { id, me, members } = useWorkspace('id', 'me', 'members')
  const words = useMemo(() => wordsOfWorkspace({ id, me, members }), [id, me, members])
  if (words.length === 0) return null
  return (
    <div className="px-6 pt-2 max-desk:px-5">
      <p className="text-ink-2">{WORKSPACE_WORDS_LEAD}</p>
      <ol
        aria-label="Words of this workspace"
        className="mt-3 grid grid-cols-4 gap-x-3 gap-y-1 rounded-control bg-sunken px-4 py-3 font-mono shadow-hairline max-desk:grid-cols-2"
      >
        {words.map((word, i) => (
          <li key={i}>{word}</li>
        ))}
      </ol>
      <p className="mt-2 text-help text-ink-3">{WORKSPACE_WORDS_DIFFER}</p>
    </div>
  )
}
