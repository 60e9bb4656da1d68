import { Check, Laptop } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '#components/ui/button'
import { classNames } from '#components/ui/class-names'
import { Face } from '#components/ui/face'
import { Mark } from '#components/ui/mark'
import type { DeliveryPerson, DeliveryView } from '#lib/session/session-view'
import { count } from '#lib/words/count-words'
import { deviceWords, nameOf, reachWords } from '#lib/words/pill-words'

type Device = DeliveryPerson['devices'][number]

function deviceName(device: Device, index: number, person: DeliveryPerson): string {
  if (device.thisOne) return 'This device'
  if (person.me) return person.devices.length > 2 ? `Your device ${index + 1}` : 'Your other device'
  return person.devices.length === 1 ? 'Their device' : `Device ${index + 1}`
}

function DeviceLine({ device, name, words }: { device: Device; name: string; words: string }) {
  return (
    <li className="flex items-center gap-2 text-ink-2 leading-6 max-desk:leading-[30px]">
      <Laptop size={15} className="text-ink-3" />
      <span className="truncate">{name}</span>
      <span
        className={classNames(
          'ml-auto inline-flex flex-none items-center gap-1.5 text-[13px]',
          device.behind > 0 && !device.silent ? 'font-[500] text-band-ink' : 'text-ink-3',
        )}
      >
        {words}
        {device.behind === 0 ? <Check size={14} className="text-leaf-ink" /> : null}
      </span>
    </li>
  )
}

function PersonRow({ person, delivery, now }: { person: DeliveryPerson; delivery: DeliveryView; now: number }) {
  const late = person.behind > 0 && !person.devices.every((device) => device.silent)
  return (
    <li
      className={classNames(
        'relative grid grid-cols-[26px_minmax(0,1fr)] gap-x-[11px] border-line border-t px-5 py-[11px]',
        late && 'waits-row',
      )}
    >
      <Face person={person} />
      <div>
        <h3 className="flex gap-3 font-semibold leading-[26px]">
          <bdi className="truncate">{person.me ? 'You' : nameOf(person)}</bdi>
          <span className="ml-auto flex-none font-normal text-[13px] text-ink-3">{reachWords(person, now)}</span>
        </h3>
        <ul>
          {person.devices.map((device, index) => (
            <DeviceLine
              key={device.id}
              device={device}
              name={deviceName(device, index, person)}
              words={deviceWords(device, delivery)}
            />
          ))}
        </ul>
      </div>
    </li>
  )
}

function connectionWords({ relay, directPeers }: DeliveryView): string {
  const direct = directPeers === 0 ? 'No direct connection' : count(directPeers, 'direct connection')
  switch (relay) {
    case 'connected':
      return `${direct}; the relay answers.`
    case 'full':
      return `${direct}; the relay answers and has no room for what is new.`
    case 'connecting':
      return `${direct}; the relay is being called.`
    case 'away':
      return `${direct}; the relay does not answer.`
    case 'refused':
      return `${direct}; the relay does not let this device in.`
  }
}

function Verified({ edits, people, unchecked }: DeliveryView['verified']) {
  if (edits + unchecked === 0) return <p className="font-semibold text-ink">Nothing to verify yet</p>
  const good = `${count(edits, 'edit')}, ${count(people, 'person', 'people')}, all signatures good`
  return (
    <>
      <p className="font-semibold text-ink">{unchecked === 0 ? 'History verified' : 'Verifying the history'}</p>
      <p>{unchecked === 0 ? `${good}.` : `${good}; ${count(unchecked, 'edit')} still to be checked.`}</p>
    </>
  )
}

/** Everybody and what they have: whoever is behind first, then the rest, then you; what was checked stands at the end. */
export function DeliveryPanel({
  delivery,
  now,
  onConnection,
  children,
}: {
  delivery: DeliveryView
  now: number
  onConnection: () => void
  /** Header and, where something can be done about the state, what. */
  children: ReactNode
}) {
  return (
    <>
      {children}
      <ul className="max-h-[46dvh] overflow-y-auto">
        {delivery.people.map((person) => (
          <PersonRow key={person.id} person={person} delivery={delivery} now={now} />
        ))}
      </ul>
      <div className="grid grid-cols-[26px_minmax(0,1fr)] gap-x-[11px] border-line border-t bg-footing px-5 pt-3.5 pb-4">
        <Mark className="mt-0.5 size-6" />
        <div className="text-ink-2">
          <Verified {...delivery.verified} />
          <p className="text-ink-3">{connectionWords(delivery)}</p>
          <Button look="plain" size="small" className="mt-2" onClick={onConnection}>
            Connections
          </Button>
        </div>
      </div>
    </>
  )
}
