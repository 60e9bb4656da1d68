import { Fold } from '#components/ui/fold'

/** How a reader can tell who wrote the letter. Nothing here says that anybody was verified: nobody compared anything yet. */
export function Doubt({ inviter }: { inviter: string }) {
  const name = inviter.split(' ')[0]
  return (
    <Fold
      look="foot"
      className="border-line border-t"
      title={
        <span>
          {name ? (
            <>
              How do I know this is <bdi>{name}</bdi>?
            </>
          ) : (
            'Who sent this?'
          )}
        </span>
      }
    >
      <p className="text-balance px-14 pb-5 text-ink-2 max-desk:px-6">
        {name ? (
          <>
            You do not, yet: the name was written by whoever made the link. If you did not expect it, ask{' '}
            <bdi>{name}</bdi> in person or on the telephone.
          </>
        ) : (
          'Whoever gave you the link; it does not say by itself. If you did not expect it, leave it closed.'
        )}{' '}
        Once you are in, you can compare eight words and a safety number with the others, on the telephone: only
        somebody who is really there sees the same. Joining shows the others the name you give and the network address
        you come from.
      </p>
    </Fold>
  )
}
