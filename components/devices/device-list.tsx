import { Laptop, Smartphone } from 'lucide-react'
import { useState } from 'react'
import { useSession, useWorkspace } from '#components/session/session-context'
import { useAsk } from '#components/session/use-ask'
import { useAlert } from '#components/ui/alerts'
import { Button } from '#components/ui/button'
import type { DeviceView } from '#lib/session/session-view'
import { deviceWords, notRevokedWords, seenWords } from '#lib/words/device-words'

const isPhone = (name: string) => /iPhone|iPad|Android/.test(name)

/** Asks before a device is revoked, in its own row. */
function Row({ device, now }: { device: DeviceView; now: number }) {
  const session = useSession()
  const alert = useAlert()
  const { ask } = useAsk()
  const [isAsking, setIsAsking] = useState(false)
  const Sign = isPhone(device.name) ? Smartphone : Laptop
  const revoke = async () => {
    const revoked = await ask(session.revokeDevice(device.id))
    setIsAsking(false)
    if (revoked.ok && revoked.value.length > 0) alert(notRevokedWords(deviceWords(device), revoked.value))
  }
  return (
    <li className="border-line border-t py-2.5 first:border-t-0">
      <div className="flex min-h-9 items-center gap-3">
        <Sign size={18} className="text-ink-3" />
        <p className="min-w-0 flex-1 leading-[18px]">
          <bdi className="block truncate font-medium">{deviceWords(device)}</bdi>
          <small className="block text-help text-ink-3">{seenWords(device, now)}</small>
        </p>
        {device.thisOne || isAsking ? null : (
          <Button look="bare" size="small" onClick={() => setIsAsking(true)}>
            Revoke
          </Button>
        )}
      </div>
      {isAsking ? (
        <div className="mt-1 pl-[30px]">
          <p className="text-ink-2">
            It can read and write nothing new any more, here and wherever else this browser was linked with it. What it
            has already stays on it.
          </p>
          <div className="mt-2 flex flex-wrap gap-2">
            <Button look="plain" size="small" autoFocus onClick={() => setIsAsking(false)}>
              Keep it
            </Button>
            <Button look="mask" size="small" onClick={() => void revoke()}>
              Revoke {deviceWords(device)}
            </Button>
          </div>
        </div>
      ) : null}
    </li>
  )
}

/** Everything that speaks for this person in the workspace on screen. */
export function DeviceList() {
  const { devices } = useWorkspace('devices')
  const [now] = useState(() => Date.now())
  return (
    <ul aria-label="Devices">
      {devices.map((device) => (
        <Row key={device.id} device={device} now={now} />
      ))}
    </ul>
  )
}
