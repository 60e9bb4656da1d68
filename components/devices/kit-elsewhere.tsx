import { useSession } from '#components/session/session-context'
import { useAlert } from '#components/ui/alerts'
import { Button } from '#components/ui/button'
import { keptWords, kitElsewhereWords } from '#lib/words/kit-words'

/** A linked browser made a kit: used here when the person says so, and only then. */
export function KitElsewhere({ from }: { from: string | undefined }) {
  const session = useSession()
  const alert = useAlert()
  const take = async () => {
    const kept = await session.takeOfferedKit()
    alert(kept ? keptWords(kept.kept, kept.failed) : 'The browser could not write to this device. Nothing was changed.')
  }
  return (
    <section aria-label="A new recovery kit" className="border-line border-t px-6 py-3.5 max-desk:px-5">
      <p className="text-ink-2">{kitElsewhereWords(from)}</p>
      <Button look="plain" size="small" onClick={() => void take()} className="mt-2">
        Use that kit here, too
      </Button>
    </section>
  )
}
