import type { ReactNode } from 'react'
import { Mark } from '#components/ui/mark'

/**
 * A letter on an empty desk: the seal on its upper edge. `from` stands above the title; `tail` marks a letter that
 * still waits for its reader; `below` and `foot` stand under the letter's body and under the sheet.
 */
export function Letter({
  from,
  title,
  text,
  tail = false,
  below,
  foot,
  children,
}: {
  from?: ReactNode
  title: ReactNode
  text?: ReactNode
  tail?: boolean
  below?: ReactNode
  foot?: ReactNode
  children?: ReactNode
}) {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center bg-wash px-4 pt-20 pb-10">
      <section className="relative w-[500px] max-w-full rounded-control bg-raised pt-[76px] text-center shadow-dialog">
        <Mark className="letter-mark absolute -top-11 left-1/2 size-[88px] -translate-x-1/2" />
        <div className="px-14 pb-[30px] max-desk:px-6">
          {from ? <p className="mb-2.5 text-ink-2 text-large">{from}</p> : null}
          <h1 className="mb-3 text-balance font-document text-[44px] leading-[50px] tracking-[-.02em] [font-weight:560] [overflow-wrap:anywhere] max-desk:text-[34px] max-desk:leading-10">
            {title}
          </h1>
          {text ? (
            <div className="mx-auto mb-7 max-w-[360px] text-balance text-[15px] text-ink-2 leading-[23px]">{text}</div>
          ) : null}
          {children}
        </div>
        {below}
        {tail ? <div className="letter-tail" /> : null}
      </section>
      {foot ? <p className="mt-[22px] text-center text-help text-ink-3">{foot}</p> : null}
    </main>
  )
}
