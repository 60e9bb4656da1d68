import {
  Copy,
  Download,
  Ellipsis,
  Maximize2,
  MessageSquare,
  Minimize2,
  PanelLeft,
  PencilLine,
  Printer,
  Trash2,
  UserPlus,
  Users,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { Delivery } from '#components/delivery/delivery'
import type { Comments } from '#components/discussion/use-comments'
import { useWorkspace } from '#components/session/session-context'
import { Button } from '#components/ui/button'
import { Face } from '#components/ui/face'
import { IconButton } from '#components/ui/icon-button'
import { Menu, MenuItem } from '#components/ui/menu'
import { useNarrow } from '#components/ui/narrow'
import { usePageActions } from '#components/workspace/page-actions'
import type { WorkspaceTask } from '#components/workspace/workspace-tasks'
import { type Followable, followableOf } from '#lib/editor/followables'
import type { PageView, PersonView } from '#lib/session/session-view'
import { list } from '#lib/words/count-words'
import { commentsButton } from '#lib/words/discussion-words'
import { editorWords, followWords } from '#lib/words/editor-words'
import { nameOf } from '#lib/words/pill-words'

const MOST_FACES = 4

/** People for whom there is no room as faces, as a number; their names are its name. */
function HowMany({ people, children }: { people: readonly PersonView[]; children: ReactNode }) {
  const names = list(people.map(nameOf))
  return (
    <span
      role="img"
      aria-label={names}
      title={names}
      className="inline-grid size-[26px] select-none place-items-center rounded-full bg-hover font-[650] text-[11px] text-ink-2"
    >
      {children}
    </span>
  )
}

/** Whom the page can follow, and how. */
export interface Follow {
  readonly others: readonly Followable[]
  start(client: number): void
}

/**
 * Who is here: four faces, then a number, and beside them the way to all people. Whose caret is on the page is followed at a
 * press. A phone has room for one of either, and a press leads to the people.
 */
function Faces({ onPeople, follow }: { onPeople: () => void; follow: Follow }) {
  const { members, me } = useWorkspace('members', 'me')
  const narrow = useNarrow()
  const here = members.filter((person) => person.online && person.id !== me.id)
  if (here.length === 0) return null
  const several = here.length > 1
  const rest = here.slice(MOST_FACES)
  return (
    <div className="relative flex flex-none items-center gap-1 rounded-control max-desk:hover:bg-hover">
      <ul aria-label="Here now" className="flex gap-1">
        {here.slice(0, MOST_FACES).map((person) => (
          <li key={person.id} className={several ? 'max-tablet:hidden' : undefined}>
            {narrow ? (
              <Face person={person} label={nameOf(person)} />
            ) : (
              <FollowableFace person={person} follow={follow} />
            )}
          </li>
        ))}
        {rest.length > 0 ? (
          <li className="max-tablet:hidden">
            <HowMany people={rest}>+{rest.length}</HowMany>
          </li>
        ) : null}
        {several ? (
          <li className="tablet:hidden">
            <HowMany people={here}>{here.length}</HowMany>
          </li>
        ) : null}
      </ul>
      {narrow ? (
        <button
          type="button"
          aria-label="People"
          title="People"
          onClick={onPeople}
          className="absolute -inset-2 rounded-control"
        />
      ) : (
        <IconButton label="People" onClick={onPeople}>
          <Users size={16} />
        </IconButton>
      )}
    </div>
  )
}

function FollowableFace({ person, follow }: { person: PersonView; follow: Follow }) {
  const name = nameOf(person)
  const caret = followableOf(follow.others, person)
  if (!caret) return <Face person={person} label={name} />
  return (
    <button
      type="button"
      aria-label={followWords(name)}
      title={followWords(name)}
      onClick={() => follow.start(caret.client)}
      className="grid rounded-full hover:outline-2 hover:outline-edge hover:outline-offset-1"
    >
      <Face person={person} label={name} />
    </button>
  )
}

function CommentsButton({ comments }: { comments: Comments }) {
  const open = comments.threads.filter(({ resolved }) => !resolved).length
  return (
    <IconButton
      label={commentsButton(open)}
      aria-pressed={comments.isShown}
      onClick={() => comments.show(!comments.isShown)}
      className={open > 0 ? 'w-auto grid-flow-col gap-1 px-1.5' : undefined}
    >
      <MessageSquare size={16} />
      {open > 0 ? <span className="font-medium text-help">{open}</span> : null}
    </IconButton>
  )
}

function PageMenu({
  page,
  comments,
  onExport,
  onFocusMode,
  onRename,
}: {
  page: PageView | undefined
  /** Where there is no room for a button of their own. */
  comments?: Comments
  onExport: () => void
  onFocusMode: () => void
  onRename: () => void
}) {
  const { canWrite } = useWorkspace('canWrite')
  const actions = usePageActions()
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label="More" disabled={!page}>
          <Ellipsis size={16} className="max-desk:size-5" />
        </IconButton>
      }
    >
      {comments ? (
        <MenuItem icon={MessageSquare} onChoose={() => comments.show(true)}>
          {commentsButton(comments.threads.filter(({ resolved }) => !resolved).length)}
        </MenuItem>
      ) : null}
      <MenuItem icon={Maximize2} onChoose={onFocusMode}>
        {editorWords.focusMode}
      </MenuItem>
      <MenuItem icon={Download} onChoose={onExport}>
        Export
      </MenuItem>
      <MenuItem icon={Copy} onChoose={() => page && void actions.copyMarkdown(page.id)}>
        Copy as Markdown
      </MenuItem>
      <MenuItem icon={Printer} onChoose={() => window.print()}>
        Print or save as PDF
      </MenuItem>
      <MenuItem icon={PencilLine} disabled={!canWrite} onChoose={onRename}>
        Rename
      </MenuItem>
      <MenuItem icon={Trash2} disabled={!canWrite} onChoose={() => page && void actions.trash(page)}>
        Move to trash
      </MenuItem>
    </Menu>
  )
}

/** What is on screen, who is here, who has it, and what can be done with it. */
export function Header({
  page,
  place,
  comments,
  onTask,
  onOpenDrawer,
  isAlone,
  onFocusMode,
  follow,
}: {
  page: PageView | undefined
  place: string
  comments: Comments
  follow: Follow
  onTask: (task: WorkspaceTask) => void
  onOpenDrawer: () => void
  /** Whether nothing but the page is asked for. */
  isAlone: boolean
  onFocusMode: () => void
}) {
  const narrow = useNarrow()
  const isMember = useWorkspace('standing').standing.type === 'member'
  if (isAlone) {
    return (
      <header className="flex h-[52px] flex-none items-center justify-end gap-2.5 px-3.5">
        <h1 className="sr-only">{place}</h1>
        <Delivery onTask={onTask} />
        <IconButton label={editorWords.leaveFocusMode} onClick={onFocusMode}>
          <Minimize2 size={16} />
        </IconButton>
      </header>
    )
  }
  if (narrow) {
    return (
      <header className="flex h-[52px] flex-none items-center gap-0.5 px-1.5 print:hidden">
        <h1 className="sr-only">{place}</h1>
        <IconButton label="Open the sidebar" onClick={onOpenDrawer}>
          <PanelLeft size={20} />
        </IconButton>
        <Delivery onTask={onTask} />
        <Faces onPeople={() => onTask('people')} follow={follow} />
        {isMember ? (
          <IconButton label="Share" onClick={() => onTask('share')}>
            <UserPlus size={20} />
          </IconButton>
        ) : null}
        <PageMenu
          page={page}
          comments={comments}
          onFocusMode={onFocusMode}
          onExport={() => onTask('export')}
          onRename={() => onTask('rename-page')}
        />
      </header>
    )
  }
  return (
    <header className="flex h-[52px] flex-none items-center gap-2.5 pr-3.5 pl-5 print:hidden">
      <h1 className="mr-auto min-w-0 truncate font-[500]">
        <bdi>{place}</bdi>
      </h1>
      <Faces onPeople={() => onTask('people')} follow={follow} />
      <Delivery onTask={onTask} />
      {page ? <CommentsButton comments={comments} /> : null}
      {isMember ? (
        <Button look="seal" size="small" onClick={() => onTask('share')}>
          Share
        </Button>
      ) : null}
      <PageMenu
        page={page}
        onFocusMode={onFocusMode}
        onExport={() => onTask('export')}
        onRename={() => onTask('rename-page')}
      />
    </header>
  )
}
