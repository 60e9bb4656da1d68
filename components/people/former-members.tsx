import { Ellipsis, UserMinus } from 'lucide-react'
import { Face } from '#components/ui/face'
import { Fold } from '#components/ui/fold'
import { IconButton } from '#components/ui/icon-button'
import { Menu, MenuItem } from '#components/ui/menu'
import type { FormerView } from '#lib/session/session-view'
import { count } from '#lib/words/count-words'
import { formerWords } from '#lib/words/people-words'
import { nameOf } from '#lib/words/pill-words'

/** Who was here once, behind a fold: how they went, and when. Whoever left by themselves can be removed as well. */
export function FormerMembers({ former, onRemove }: { former: readonly FormerView[]; onRemove: (id: string) => void }) {
  const now = Date.now()
  return (
    <Fold title={count(former.length, 'former member')} className="px-6 max-desk:px-5">
      <ul aria-label="Former members" className="divide-y divide-line">
        {former.map((person) => (
          <li key={person.id} className="flex min-h-[52px] items-center gap-3 py-1.5">
            <Face person={person} />
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium leading-5">
                <bdi>{nameOf(person)}</bdi>
              </p>
              <p className="truncate text-help text-ink-3">{formerWords(person, now)}</p>
            </div>
            {person.mayRemove ? (
              <Menu
                align="end"
                trigger={
                  <IconButton label={`More about ${nameOf(person)}`}>
                    <Ellipsis size={16} className="max-desk:size-5" />
                  </IconButton>
                }
              >
                <MenuItem icon={UserMinus} onChoose={() => onRemove(person.id)}>
                  Remove
                </MenuItem>
              </Menu>
            ) : null}
          </li>
        ))}
      </ul>
    </Fold>
  )
}
