import { useState } from 'react'
import { Button } from '#components/ui/button'
import { TextField } from '#components/ui/text-field'
import type { WordsProblem } from '#lib/session/session-view'
import { wordsProblemWords } from '#lib/words/join-words'

/** For an invitation that came by telephone: six words, however they are typed. */
export function WordsForm({
  problem,
  onWords,
}: {
  problem: WordsProblem | undefined
  onWords: (text: string) => Promise<void>
}) {
  const [text, setText] = useState('')
  const [told, setTold] = useState<WordsProblem>()
  /** A sentence about words that stand there no more helps nobody. */
  const shown = problem === told ? undefined : problem
  return (
    <form
      className="text-left"
      onSubmit={(event) => {
        event.preventDefault()
        setTold(undefined)
        void onWords(text)
      }}
    >
      <TextField
        label="The six words you were told"
        value={text}
        problem={shown && wordsProblemWords(shown)}
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value)
          setTold(problem)
        }}
      />
      <Button look="seal" size="large" type="submit" disabled={text.trim() === ''} className="mt-4 w-full">
        Find the invitation
      </Button>
    </form>
  )
}
