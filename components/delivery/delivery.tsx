import { Dialog } from '@base-ui/react/dialog'
import { Popover } from '@base-ui/react/popover'
import { useState } from 'react'
import { DeliveryPanel } from '#components/delivery/delivery-panel'
import { HeldBackLine } from '#components/delivery/held-back'
import { Pill } from '#components/delivery/pill'
import { StorageRemedies } from '#components/delivery/storage-remedies'
import { useWorkspace } from '#components/session/session-context'
import { useNarrow } from '#components/ui/narrow'
import { pillDetail, pillWords } from '#lib/words/pill-words'

/** The pill and, on a click, the delivery panel: beside it on a desk, as a sheet from below on a phone. */
export function Delivery({ onTask }: { onTask: (task: 'backup' | 'held-back' | 'connection') => void }) {
  const { delivery } = useWorkspace('delivery')
  const narrow = useNarrow()
  const [openedAt, setOpenedAt] = useState<number>()
  const toggle = (open: boolean) => setOpenedAt(open ? Date.now() : undefined)
  const now = openedAt ?? 0
  const leaveFor = (task: Parameters<typeof onTask>[0]) => {
    toggle(false)
    onTask(task)
  }
  const remedies =
    delivery.pill.type === 'storage-unsafe' ? <StorageRemedies onBackup={() => leaveFor('backup')} /> : null
  const remarks = (
    <>
      {remedies}
      <HeldBackLine onLook={() => leaveFor('held-back')} />
    </>
  )
  const words = { heading: pillWords(delivery.pill), detail: pillDetail(delivery, now) }

  if (narrow) {
    return (
      <Dialog.Root open={openedAt !== undefined} onOpenChange={toggle}>
        <Dialog.Trigger render={<Pill pill={delivery.pill} className="mr-auto" />} />
        <Dialog.Portal>
          <Dialog.Backdrop className="fades fixed inset-0 z-20 bg-scrim" />
          <Dialog.Popup className="sheet-below fixed inset-x-0 bottom-0 z-20 mx-auto max-w-[640px] overflow-hidden rounded-t-sheet bg-raised pb-[env(safe-area-inset-bottom)] shadow-dialog outline-none">
            <DeliveryPanel delivery={delivery} now={now} onConnection={() => leaveFor('connection')}>
              <Dialog.Close
                aria-label="Close"
                className="relative mx-auto block h-6 w-full pt-2 outline-offset-[-2px] before:absolute before:inset-x-0 before:top-0 before:h-11"
              >
                <span className="mx-auto block h-1 w-9 rounded-full bg-edge" />
              </Dialog.Close>
              <div className="px-5 pt-1 pb-3.5">
                <Dialog.Title className="font-semibold text-[18px] leading-6">{words.heading}</Dialog.Title>
                <Dialog.Description className="mt-[3px] text-ink-2 text-large">{words.detail}</Dialog.Description>
              </div>
              {remarks}
            </DeliveryPanel>
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    )
  }
  return (
    <Popover.Root open={openedAt !== undefined} onOpenChange={toggle}>
      <Popover.Trigger render={<Pill pill={delivery.pill} />} />
      <Popover.Portal>
        <Popover.Positioner sideOffset={10} align="end" alignOffset={-60} collisionPadding={14} className="z-20">
          <Popover.Popup className="rises w-[424px] overflow-hidden rounded-dialog bg-raised shadow-dialog outline-none">
            <DeliveryPanel delivery={delivery} now={now} onConnection={() => leaveFor('connection')}>
              <div className="px-5 pt-[18px] pb-3.5">
                <Popover.Title className="font-semibold text-heading tracking-[-.005em]">{words.heading}</Popover.Title>
                <Popover.Description className="mt-[3px] text-ink-2">{words.detail}</Popover.Description>
              </div>
              {remarks}
            </DeliveryPanel>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
