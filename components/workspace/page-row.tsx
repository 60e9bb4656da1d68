import { Ellipsis, FileText, PencilLine, Trash2 } from 'lucide-react'
import { useRef, useState } from 'react'
import { pageAddress } from '#components/session/route'
import { useWorkspace } from '#components/session/session-context'
import { classNames } from '#components/ui/class-names'
import { useHandedFocus } from '#components/ui/handed-focus'
import { IconButton } from '#components/ui/icon-button'
import { Menu, MenuItem } from '#components/ui/menu'
import { type PageActions, titleOf } from '#components/workspace/page-actions'
import type { PageView } from '#lib/session/session-view'
import { nameOf } from '#lib/words/pill-words'

const rowShape =
  'relative flex h-7 w-full min-w-0 items-center gap-2 rounded-control px-2 text-left outline-offset-[-2px] max-desk:h-11 max-desk:text-large'

/** The class names of a row; `here` for the one that is on screen. */
export function rowClass(here = false): string {
  return classNames(rowShape, here ? 'here-row bg-press font-medium text-ink' : 'text-ink-2 hover:bg-hover')
}

/** `onEnd` gets undefined if nothing shall change; after a key the focus goes back to the row. */
function TitleField({
  page,
  onEnd,
}: {
  page: PageView
  onEnd: (title: string | undefined, by: 'key' | 'leaving') => void
}) {
  const [title, setTitle] = useState(page.title)
  return (
    <input
      aria-label="Title"
      value={title}
      placeholder="Untitled"
      // biome-ignore lint/a11y/noAutofocus: reason: the person has just asked to rename
      autoFocus
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTitle(event.target.value)}
      onBlur={() => onEnd(title, 'leaving')}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onEnd(title, 'key')
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onEnd(undefined, 'key')
      }}
      className="h-7 w-full rounded-control bg-paper px-2 shadow-edge outline-offset-[-2px] max-desk:h-11 max-desk:text-[16px]"
    />
  )
}

/** One page in the list: opens it, shows who is inside, and can be renamed (F2) or moved to the trash. */
export function PageRow({
  page,
  here,
  actions,
  onOpen,
  last,
}: {
  page: PageView
  here: boolean
  actions: PageActions
  onOpen: () => void
  /** Where the focus goes from a row that was the only one. */
  last: () => HTMLElement | null
}) {
  const row = useHandedFocus<HTMLLIElement>(last)
  const { id: workspaceId, members, me, canWrite } = useWorkspace('id', 'members', 'me', 'canWrite')
  const [renaming, setRenaming] = useState(false)
  const returning = useRef(false)
  const inside = members.filter((person) => person.id !== me.id && person.online && person.onPages.includes(page.id))

  if (renaming) {
    return (
      <li ref={row}>
        <TitleField
          page={page}
          onEnd={(title, by) => {
            returning.current = by === 'key'
            setRenaming(false)
            if (title !== undefined && title.trim() !== page.title) void actions.rename(page.id, title.trim())
          }}
        />
      </li>
    )
  }
  return (
    <li ref={row} className="group/row relative">
      <a
        ref={(link) => {
          if (link && returning.current) link.focus()
          if (link) returning.current = false
        }}
        href={pageAddress(workspaceId, page.id)}
        aria-current={here ? 'page' : undefined}
        onClick={onOpen}
        onKeyDown={(event) => {
          if (event.key === 'F2' && canWrite) setRenaming(true)
        }}
        className={classNames(rowClass(here), canWrite && 'max-desk:pr-11')}
      >
        <FileText size={16} className={here ? 'text-ink-2' : 'text-ink-3'} />
        <bdi className="truncate">{titleOf(page)}</bdi>
        {inside.length > 0 ? (
          <span className="ml-auto flex flex-none gap-[3px] group-focus-within/row:pr-7 group-hover/row:pr-7">
            {inside.slice(0, 4).map((person) => (
              <span
                key={person.id}
                role="img"
                aria-label={`${nameOf(person)} is here`}
                title={nameOf(person)}
                className={`person-${person.colour} size-[7px] rounded-full bg-person`}
              />
            ))}
          </span>
        ) : null}
      </a>
      {canWrite ? (
        <span className="absolute inset-y-0 right-0.5 flex items-center opacity-0 focus-within:opacity-100 group-hover/row:opacity-100 has-data-popup-open:opacity-100 max-desk:opacity-100">
          <Menu
            trigger={
              <IconButton label={`Actions for ${titleOf(page)}`} className="size-6">
                <Ellipsis size={16} />
              </IconButton>
            }
          >
            <MenuItem icon={PencilLine} onChoose={() => setRenaming(true)}>
              Rename
            </MenuItem>
            <MenuItem icon={Trash2} onChoose={() => void actions.trash(page)}>
              Move to trash
            </MenuItem>
          </Menu>
        </span>
      ) : null}
    </li>
  )
}
