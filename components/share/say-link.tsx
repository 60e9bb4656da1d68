import { useState } from 'react'
import { useSession } from '#components/session/session-context'
import { Button } from '#components/ui/button'
import { actionErrorWords } from '#lib/words/trouble-words'

/** A link for the telephone: six words, made when somebody asks for them. */
export function SayLink({ link }: { link: string }) {
  const session = useSession()
  const [words, setWords] = useState<readonly string[]>()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  const speak = async () => {
    setBusy(true)
    const spoken = await session.speakInvitation(link)
    setBusy(false)
    setProblem(spoken.ok ? undefined : actionErrorWords(spoken.error))
    if (spoken.ok) setWords(spoken.value)
  }

  if (!words)
    return (
      <div className="pt-2.5">
        <Button look="plain" size="small" busy={busy} onClick={() => void speak()}>
          {busy ? 'Choosing words…' : 'Say it in six words'}
        </Button>
        {problem ? <p className="mt-1.5 text-help text-wax-ink">{problem}</p> : null}
      </div>
    )
  return (
    <div role="status" className="pt-2.5">
      <p className="text-help text-ink-3">
        Read them aloud. Whoever types them at {new URL(link).host}/join has this invitation.
      </p>
      <ol
        aria-label="Six words"
        className="mt-2 grid grid-cols-3 gap-x-4 gap-y-0.5 font-mono text-[13.5px] max-desk:grid-cols-2"
      >
        {words.map((word, i) => (
          <li key={i} className="border-line border-b py-1">
            <span className="mr-2 inline-block w-3 text-ink-3" aria-hidden="true">
              {i + 1}
            </span>
            {word}
          </li>
        ))}
      </ol>
    </div>
  )
}
