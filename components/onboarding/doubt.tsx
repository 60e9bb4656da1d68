import { Collapsible } from '@base-ui/react/collapsible'
import { ChevronDown } from 'lucide-react'

/** How a reader can tell who wrote the letter. Nothing here says that anybody was verified: nobody compared anything yet. */
export function Doubt({ inviter }: { inviter: string }) {
  const name = inviter.split(' ')[0]
  return (
    <Collapsible.Root className="border-line border-t">
      <Collapsible.Trigger className="group flex min-h-[52px] w-full items-center justify-center gap-1.5 px-4 font-[500] text-ink-2 outline-offset-[-4px] hover:text-ink">
        <span>
          {name ? (
            <>
              How do I know this is <bdi>{name}</bdi>?
            </>
          ) : (
            'Who sent this?'
          )}
        </span>
        <ChevronDown size={14} className="group-data-panel-open:rotate-180" aria-hidden="true" />
      </Collapsible.Trigger>
      <Collapsible.Panel className="text-balance px-14 pb-5 text-ink-2 max-desk:px-6">
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
      </Collapsible.Panel>
    </Collapsible.Root>
  )
}
