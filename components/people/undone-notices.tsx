import { useSession, useWorkspace } from '#components/session/session-context'
import { useAsk } from '#components/session/use-ask'
import { AlertCard } from '#components/ui/alerts'
import { Button } from '#components/ui/button'
import type { UndoneView } from '#lib/session/session-view'
import { redoWords, undoneWords } from '#lib/words/undone-words'

function UndoneNotice({ act }: { act: UndoneView }) {
  const session = useSession()
  const { busy, ask } = useAsk()
  return (
    <AlertCard urgent={false} text={undoneWords(act)} onDismiss={() => session.dismissNotice(act.id)}>
      {act.mayRedo ? (
        <Button look="plain" size="small" busy={busy} onClick={() => void ask(session.redo(act.id))}>
          {redoWords(act)}
        </Button>
      ) : null}
    </AlertCard>
  )
}

/** What an admin did that was undone because they were removed or demoted meanwhile, each with one click that does it again. */
export function UndoneNotices() {
  const { undone } = useWorkspace('undone')
  return undone.map((act) => <UndoneNotice key={act.id} act={act} />)
}
