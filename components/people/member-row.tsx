import { Crown, Ellipsis, UserMinus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useSession } from '#components/session/session-context'
import { useAsk } from '#components/session/use-ask'
import { Face } from '#components/ui/face'
import { IconButton } from '#components/ui/icon-button'
import { Menu, MenuItem } from '#components/ui/menu'
import { Select } from '#components/ui/select'
import type { MemberView, PersonView, Role } from '#lib/session/session-view'
import { memberWords } from '#lib/words/people-words'
import { nameOf } from '#lib/words/pill-words'
import { roleWords } from '#lib/words/role-words'

/** Somebody who is in: name, role, devices, and what may be done about it. `mark` stands beside the name. */
export function MemberRow({
  person,
  member,
  isMe,
  mark,
  onRemove,
  onHandOver,
}: {
  person: PersonView
  member: MemberView | undefined
  isMe: boolean
  mark?: ReactNode
  onRemove: () => void
  onHandOver: () => void
}) {
  const session = useSession()
  const { ask } = useAsk()
  const name = nameOf(person)
  const setRole = async (role: Role) => {
    if (role === 'owner' || role === person.role) return
    await ask(session.setRole(person.id, role))
  }
  const canDo = member !== undefined && (member.mayRemove || member.mayOwn)
  return (
    <li className="flex min-h-[52px] items-center gap-3 py-1.5">
      <Face person={person} />
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-1.5 font-medium leading-5">
          <bdi className="truncate">{name}</bdi>
          {isMe ? <span className="flex-none font-normal text-ink-3">(you)</span> : null}
          {mark}
        </p>
        <p className="truncate text-help text-ink-3">{memberWords(person, member?.devices ?? 0)}</p>
      </div>
      {member && member.roles.length > 0 ? (
        <Select
          label={`Role of ${name}`}
          value={person.role}
          onChange={(role) => void setRole(role)}
          options={member.roles.map((role): { value: Role; label: string } => ({
            value: role,
            label: roleWords(role).verb,
          }))}
        />
      ) : null}
      {canDo ? (
        <Menu
          align="end"
          trigger={
            <IconButton label={`More about ${name}`}>
              <Ellipsis size={16} className="max-desk:size-5" />
            </IconButton>
          }
        >
          {member.mayOwn ? (
            <MenuItem icon={Crown} onChoose={onHandOver}>
              Make the owner
            </MenuItem>
          ) : null}
          {member.mayRemove ? (
            <MenuItem icon={UserMinus} onChoose={onRemove}>
              Remove
            </MenuItem>
          ) : null}
        </Menu>
      ) : null}
    </li>
  )
}
