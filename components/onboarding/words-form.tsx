import { useState } from 'react'
import { Button } from '#components/ui/button'
import { WordsField } from '#components/ui/words-field'
import type { JoinState } from '#lib/session/session-view'
import { wordsProblemWords } from '#lib/words/join-words'

/** For an invitation that came by telephone: six words, however they are typed. Those that opened nothing stay, to be mended. */
export function WordsForm({
  refused,
  onWords,
}: {
  refused: Extract<JoinState, { type: 'no-invitation' }>['refused']
  onWords: (text: string) => Promise<void>
}) {
  const [text, setText] = useState(refused?.text.replaceAll('-', ' ') ?? '')
  const [isMending, setIsMending] = useState(false)
  return (
    <form
      className="text-left"
      onSubmit={(event) => {
        event.preventDefault()
        void onWords(text)
      }}
    >
      <WordsField
        label="The six words you were told"
        rows={2}
        value={text}
        problem={refused && !isMending ? wordsProblemWords(refused.problem) : undefined}
        autoFocus={refused !== undefined}
        onChange={(next) => {
          setText(next)
          setIsMending(true)
        }}
      />
      <Button look="seal" size="large" type="submit" disabled={text.trim() === ''} className="mt-4 w-full">
        Find the invitation
      </Button>
    </form>
  )
}
