import { Dialog as BaseDialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '#components/ui/class-names'
import { useOpener } from '#components/ui/opener'

const closeClass =
  'absolute top-5 right-4 inline-grid size-7 place-items-center rounded-control text-ink-2 hover:bg-hover hover:text-ink max-desk:top-2 max-desk:right-1.5 max-desk:size-11'

/** A modal dialog; on a phone a sheet from below. `wide` is 600 px, else 440. */
export function Dialog({
  open,
  onClose,
  title,
  lead,
  wide = false,
  children,
}: {
  open: boolean
  onClose: () => void
  title: string
  lead?: ReactNode
  wide?: boolean
  children: ReactNode
}) {
  const opener = useOpener(open)
  return (
    <BaseDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fades fixed inset-0 z-20 bg-scrim" />
        <BaseDialog.Popup
          finalFocus={opener}
          className={classNames(
            'rises sheet-below fixed z-20 overflow-y-auto bg-raised shadow-dialog outline-none',
            'inset-x-0 bottom-0 mx-auto max-h-[92dvh] max-w-[640px] rounded-t-sheet pb-[env(safe-area-inset-bottom)]',
            'desk:top-[76px] desk:bottom-auto desk:max-h-[calc(100dvh-96px)] desk:rounded-dialog desk:pb-0',
            wide ? 'desk:w-[600px]' : 'desk:w-[440px]',
          )}
        >
          <div className="pt-5 pr-14 pl-6 max-desk:pt-4 max-desk:pl-5">
            <BaseDialog.Title className="text-balance font-semibold text-title tracking-[-.012em] [overflow-wrap:anywhere]">
              {title}
            </BaseDialog.Title>
            {lead ? <BaseDialog.Description className="mt-0.5 text-ink-2">{lead}</BaseDialog.Description> : null}
          </div>
          {children}
          <BaseDialog.Close aria-label="Close" className={closeClass}>
            <X size={16} />
          </BaseDialog.Close>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  )
}

/** The row of buttons at a dialog's end. */
export function DialogFoot({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap justify-end gap-2 px-6 pt-4 pb-[18px] max-desk:px-5">{children}</div>
}
