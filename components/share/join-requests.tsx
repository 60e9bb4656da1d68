import { useSession } from '#components/session/session-context'
import { useAsk } from '#components/session/use-ask'
import { Button } from '#components/ui/button'
import type { JoinRequestView } from '#lib/session/session-view'
import { requestWords } from '#lib/words/invitation-words'
import { nameOf } from '#lib/words/pill-words'

function Request({ request }: { request: JoinRequestView }) {
  const session = useSession()
  const { busy, ask } = useAsk()
  const name = nameOf(request)
  return (
    <li className="py-2">
      <p>
        <b className="font-semibold">
          <bdi>{name}</bdi>
        </b>{' '}
        asks to come in.
        <small className="block text-help">{requestWords(request)}</small>
      </p>
      <p className="mt-1.5 text-help">
        If you can, ask them which four words their page shows:{' '}
        <span className="whitespace-nowrap font-mono text-[13px]">{request.words.join(' ')}</span>
      </p>
      <div className="mt-2 flex justify-end gap-2">
        <Button
          look="plain"
          size="small"
          busy={busy}
          aria-label={`Not now: ${name}`}
          onClick={() => void ask(session.refuseRequest(request.id))}
        >
          Not now
        </Button>
        <Button
          look="mask"
          size="small"
          busy={busy}
          aria-label={`Let in: ${name}`}
          onClick={() => void ask(session.admitRequest(request.id))}
        >
          Let in
        </Button>
      </div>
    </li>
  )
}

/** People who wait for this person's word, if any (I10). */
export function JoinRequests({ requests }: { requests: readonly JoinRequestView[] }) {
  if (requests.length === 0) return null
  return (
    <section aria-label="Asking to come in" className="mt-3 bg-band-tint px-6 py-1.5 max-desk:px-5">
      <ul className="divide-y divide-line">
        {requests.map((request) => (
          <Request key={request.id} request={request} />
        ))}
      </ul>
    </section>
  )
}
