import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { CompareNumber } from '#components/safety/compare-number'
import { VerifiedMark } from '#components/safety/verified-mark'
import { WorkspaceWords } from '#components/safety/workspace-words'
import { useWorkspace } from '#components/session/session-context'
import { Dialog } from '#components/ui/dialog'
import { Face } from '#components/ui/face'
import { nameOf } from '#lib/words/pill-words'

/** Eight words for everybody together, and a number for each of the others: choose one to compare. */
export function SafetyDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const workspace = useWorkspace('members', 'me')
  const [chosen, setChosen] = useState<string>()
  const others = workspace.members.filter(({ id }) => id !== workspace.me.id)
  const person = others.find(({ id }) => id === chosen)
  const close = () => {
    setChosen(undefined)
    onClose()
  }
  if (person) {
    return (
      <Dialog open={open} onClose={close} title={`You and ${nameOf(person)}`}>
        <CompareNumber key={person.id} person={person} onBack={() => setChosen(undefined)} />
      </Dialog>
    )
  }
  return (
    <Dialog open={open} onClose={close} title="Who is really here">
      {open ? <WorkspaceWords /> : null}
      {others.length > 0 ? (
        <div className="px-6 pt-4 pb-5 max-desk:px-5">
          <h3 id="compare-with" className="font-medium">
            Compare safety numbers with
          </h3>
          <ul aria-labelledby="compare-with" className="mt-1">
            {others.map((other) => (
              <li key={other.id}>
                <button
                  type="button"
                  onClick={() => setChosen(other.id)}
                  className="-mx-2 flex min-h-11 w-[calc(100%+16px)] items-center gap-2.5 rounded-control px-2 text-left hover:bg-hover"
                >
                  <Face person={other} />
                  <bdi className="truncate">{nameOf(other)}</bdi>
                  <VerifiedMark person={other} />
                  <ChevronRight size={16} className="ml-auto flex-none text-ink-3" aria-hidden="true" />
                </button>
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <p className="px-6 pt-4 pb-5 text-ink-2 max-desk:px-5">
          You are alone here: there is nobody to compare with yet.
        </p>
      )}
    </Dialog>
  )
}
