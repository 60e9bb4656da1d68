import { Toast as BaseToast } from '@base-ui/react/toast'
import { useCallback } from 'react'

const TOAST_MS = 6000

/**
 * Says what was just done, with a way back; gone after six seconds. Never for a status.
 * Returns the function that shows one.
 */
export function useToast(): (text: string, undo?: () => void) => void {
  const { add, close } = BaseToast.useToastManager()
  return useCallback(
    (text, undo) => {
      const id: string = add({
        title: text,
        timeout: TOAST_MS,
        ...(undo
          ? {
              actionProps: {
                children: 'Undo',
                onClick: () => {
                  close(id)
                  undo()
                },
              },
            }
          : {}),
      })
    },
    [add, close],
  )
}

/** Where toasts appear: bottom left, on a phone above the toolbar. */
export function Toasts() {
  const { toasts } = BaseToast.useToastManager()
  return (
    <BaseToast.Portal>
      <BaseToast.Viewport className="fixed bottom-4 left-4 z-50 grid max-desk:bottom-[calc(60px+env(safe-area-inset-bottom))] max-w-[calc(100vw-32px)] justify-items-start gap-2">
        {toasts.map((toast) => (
          <BaseToast.Root key={toast.id} toast={toast} swipeDirection={['left', 'down']} className="rises">
            <BaseToast.Content className="flex min-h-11 items-center gap-3 rounded-menu bg-toast py-1.5 pr-2 pl-4 text-on-toast shadow-float">
              <BaseToast.Title className="pr-2" />
              <BaseToast.Action className="h-[30px] px-2.5 font-semibold text-[#f6cb2c] focus-visible:outline-[#f2edea] max-desk:h-11" />
            </BaseToast.Content>
          </BaseToast.Root>
        ))}
      </BaseToast.Viewport>
    </BaseToast.Portal>
  )
}
