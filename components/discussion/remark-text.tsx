import { useTodaysName } from '#components/discussion/todays-name'
import { useWorkspace } from '#components/session/session-context'
import { classNames } from '#components/ui/class-names'
import { type RemarkView, splitRemark } from '#lib/session/session-view'

/** What a remark says: text and nothing else, in which whoever is mentioned has today's name. */
export function RemarkText({ remark: { text, mentions } }: { remark: Pick<RemarkView, 'text' | 'mentions'> }) {
  const { me } = useWorkspace('me')
  const todaysName = useTodaysName()
  return (
    <p dir="auto" className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      {splitRemark(text, mentions).map((piece, at) =>
        typeof piece === 'string' ? (
          piece
        ) : (
          <bdi
            key={at}
            className={classNames(
              'rounded-control px-0.5 font-medium',
              piece.id === me.id ? 'bg-band-tint text-band-ink' : 'bg-wash',
            )}
          >
            @{todaysName(piece.id) || piece.name}
          </bdi>
        ),
      )}
    </p>
  )
}
