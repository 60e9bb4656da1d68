import { Ellipsis, PencilLine, SmilePlus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { CommentForm } from '#components/discussion/comment-form'
import { RemarkText } from '#components/discussion/remark-text'
import { useTodaysName } from '#components/discussion/todays-name'
import { useWorkspace } from '#components/session/session-context'
import { classNames } from '#components/ui/class-names'
import { Face } from '#components/ui/face'
import { IconButton } from '#components/ui/icon-button'
import { Menu, MenuItem, MenuLine } from '#components/ui/menu'
import { draftOf } from '#lib/editor/comment-draft'
import { type OpenDiscussion, REACTIONS, type RemarkView, splitRemark } from '#lib/session/session-view'
import { list } from '#lib/words/count-words'
import { discussionWords, moreAbout, remarkMoment } from '#lib/words/discussion-words'
import { nameOf } from '#lib/words/pill-words'

/** Somebody who is not in the workspace any more, or not known yet. */
const SOMEBODY = { name: '', colour: 12 }

/** One remark of a thread: who said it, what, and what may be done with it. */
export function RemarkItem({
  remark,
  thread,
  discussion,
  now,
}: {
  remark: RemarkView
  thread: string
  discussion: OpenDiscussion
  now: number
}) {
  const { me, members } = useWorkspace('me', 'members')
  const todaysName = useTodaysName()
  const [isEditing, setEditing] = useState(false)
  const personOf = (id: string | undefined) =>
    (id === me.id ? me : members.find((member) => member.id === id)) ?? SOMEBODY
  const nameFor = (id: string) => (id === me.id ? 'You' : nameOf(personOf(id)))
  const author = remark.mine ? me : personOf(remark.by)
  const name = remark.mine ? 'you' : nameOf(author)
  const hasMenu = discussion.mayComment() && !isEditing
  const mayRemove = remark.mine || discussion.mayRemoveAll()
  const piecesToday = () =>
    splitRemark(remark.text, remark.mentions).map((piece) =>
      typeof piece === 'string' ? piece : { ...piece, name: todaysName(piece.id) || piece.name },
    )
  const react = (emoji: (typeof REACTIONS)[number]) => discussion.react(thread, remark.id, emoji)

  return (
    <li className="grid grid-cols-[22px_minmax(0,1fr)] gap-x-2.5 pt-2.5">
      <span className={classNames('grid h-[22px] items-center', hasMenu && 'max-desk:h-11')}>
        <Face person={author} size="small" />
      </span>
      <div className="min-w-0">
        <div className="flex min-h-[22px] items-center gap-2">
          <h3 className="min-w-0 truncate font-semibold">
            <bdi>{remark.mine ? 'You' : nameOf(author)}</bdi>
          </h3>
          <span className="flex-none text-[12.5px] text-ink-3">{remarkMoment(remark, now)}</span>
          {hasMenu ? (
            <span className="ml-auto flex-none">
              <Menu
                align="end"
                trigger={
                  <IconButton label={moreAbout(name)}>
                    <Ellipsis size={15} />
                  </IconButton>
                }
              >
                {REACTIONS.map((emoji) => (
                  <MenuItem key={emoji} icon={SmilePlus} onChoose={() => react(emoji)}>
                    {emoji}
                  </MenuItem>
                ))}
                {mayRemove ? <MenuLine /> : null}
                {remark.mine ? (
                  <MenuItem icon={PencilLine} onChoose={() => setEditing(true)}>
                    {discussionWords.edit}
                  </MenuItem>
                ) : null}
                {mayRemove ? (
                  <MenuItem icon={Trash2} onChoose={() => discussion.remove(thread, remark.id)}>
                    {discussionWords.remove}
                  </MenuItem>
                ) : null}
              </Menu>
            </span>
          ) : null}
        </div>
        {isEditing ? (
          <div className="mt-1">
            <CommentForm
              label={discussionWords.edit}
              action={discussionWords.save}
              initial={draftOf(piecesToday())}
              autoFocus
              onSend={(text, mentions) => {
                discussion.edit(thread, remark.id, text, mentions)
                setEditing(false)
              }}
              onCancel={() => setEditing(false)}
            />
          </div>
        ) : (
          <RemarkText remark={remark} />
        )}
        {remark.reactions.length > 0 ? (
          <ul className="mt-1.5 flex flex-wrap gap-1.5">
            {remark.reactions.map(({ emoji, people, mine }) => (
              <li key={emoji}>
                <button
                  type="button"
                  disabled={!discussion.mayComment()}
                  aria-pressed={mine}
                  title={list(people.map(nameFor))}
                  onClick={() => react(emoji)}
                  className="inline-flex h-6 items-center gap-1 rounded-full px-2 text-[12.5px] text-ink-2 shadow-edge hover:bg-hover aria-pressed:bg-band-tint aria-pressed:text-band-ink max-desk:h-11 max-desk:px-3.5"
                >
                  {emoji} {people.length}
                  <span className="sr-only"> by {list(people.map(nameFor))}</span>
                </button>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </li>
  )
}
