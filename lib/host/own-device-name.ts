import { toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import type { Replica } from '#lib/replica/replica'
import type { Operation } from '#lib/workspace/operation'

/**
 * Gives this device a name in the log as soon as its person has another one to tell it from; call it after every change of
 * the log.
 */
export function createOwnDeviceName(
  replica: Replica,
  device: DeviceId,
  name: string,
  append: (operation: Operation) => Promise<unknown>,
): () => Promise<void> {
  let isNaming = false
  return async () => {
    const state = replica.membership.current()
    const own = state?.devices.get(toHex(device))
    const isOneOfSeveral = (state?.members.get(toHex(own?.person ?? device))?.devices.length ?? 0) > 1
    if (isNaming || !own?.active || own.name !== '' || !isOneOfSeveral) return
    isNaming = true
    // the next change tries again
    await append({ type: 'device.name', device, name }).catch(() => undefined)
    isNaming = false
  }
}
