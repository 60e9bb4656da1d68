import type { ComponentProps } from 'react'
import { Ring } from '#components/delivery/ring'
import { classNames } from '#components/ui/class-names'
import type { PillState } from '#lib/session/session-view'
import { isWaiting, pillWords } from '#lib/words/pill-words'

/** Who has my changes, in a few words; always in sight. A button: it opens the delivery panel. */
export function Pill({ pill, className, ...rest }: ComponentProps<'button'> & { pill: PillState }) {
  return (
    <button
      type="button"
      {...rest}
      className={classNames(
        'group inline-flex h-7 min-w-0 items-center rounded-full font-[500] text-help max-desk:h-11',
        className,
      )}
    >
      <span
        className={classNames(
          'relative inline-flex h-7 min-w-0 items-center gap-[7px] overflow-hidden whitespace-nowrap rounded-full bg-paper pl-2',
          'shadow-hairline group-hover:bg-hover group-data-popup-open:bg-hover max-desk:h-8',
          isWaiting(pill) ? 'waits-pill pr-[19px]' : 'pr-3',
        )}
      >
        <Ring pill={pill} />
        <span role="status" className="truncate">
          {pillWords(pill)}
        </span>
      </span>
    </button>
  )
}
