import { useState } from 'react'
import { Decision } from '#components/people/decision'
import { FormerMembers } from '#components/people/former-members'
import { MemberRow } from '#components/people/member-row'
import { RemoveMember } from '#components/people/remove-member'
import { Rules } from '#components/people/rules'
import { VerifiedMark } from '#components/safety/verified-mark'
import { useSession, useWorkspace } from '#components/session/session-context'
import { Button } from '#components/ui/button'
import { Dialog, DialogFoot } from '#components/ui/dialog'
import { useToast } from '#components/ui/toast'
import { count } from '#lib/words/count-words'
import {
  AMONG_ADMINS,
  handOverWords,
  LEAVING,
  leaverRemovalWords,
  newestKeysWords,
  OWNER_STAYS,
  removalWords,
} from '#lib/words/people-words'
import { nameOf } from '#lib/words/pill-words'
import { NEW_KEYS_MADE, newKeysWords } from '#lib/words/policy-words'

type Step =
  | { readonly type: 'list' }
  | { readonly type: 'leave' | 'new-keys' }
  | { readonly type: 'remove' | 'hand-over'; readonly person: string }

const everybody: Step = { type: 'list' }

function Everybody({
  onStep,
  onInvite,
  onCompare,
}: {
  onStep: (step: Step) => void
  onInvite: () => void
  onCompare: () => void
}) {
  const { me, members, people, canInvite, role, draft, delivery, keys, policy } = useWorkspace(
    'me',
    'members',
    'people',
    'canInvite',
    'role',
    'draft',
    'delivery',
    'keys',
    'policy',
  )
  const newestKeys = people.former.length > 0 ? newestKeysWords(delivery, keys, policy.mayRotate) : undefined
  const isAmongAdmins = role === 'admin' && members.some((person) => person.role === 'admin' && person.id !== me.id)
  const rules =
    role === 'owner' && !draft && members.length > 1 ? OWNER_STAYS : isAmongAdmins ? AMONG_ADMINS : undefined
  return (
    <>
      <ul aria-label="Members" className="divide-y divide-line px-6 pt-2.5 max-desk:px-5">
        {members.map((person) => (
          <MemberRow
            key={person.id}
            person={person}
            member={people.members.find(({ id }) => id === person.id)}
            isMe={person.id === me.id}
            mark={<VerifiedMark person={person} />}
            onRemove={() => onStep({ type: 'remove', person: person.id })}
            onHandOver={() => onStep({ type: 'hand-over', person: person.id })}
          />
        ))}
      </ul>
      {people.former.length > 0 ? (
        <FormerMembers former={people.former} onRemove={(person) => onStep({ type: 'remove', person })} />
      ) : null}
      {newestKeys ? <p className="px-6 pt-1 text-help text-ink-3 max-desk:px-5">{newestKeys}</p> : null}
      <Rules onNewKeys={() => onStep({ type: 'new-keys' })} />
      <DialogFoot>
        {people.mayLeave ? (
          <Button look="bare" className="mr-auto" onClick={() => onStep({ type: 'leave' })}>
            Leave this workspace
          </Button>
        ) : null}
        {members.length > 1 ? (
          <Button look="plain" onClick={onCompare}>
            Compare safety numbers
          </Button>
        ) : null}
        {canInvite ? (
          <Button look="plain" onClick={onInvite}>
            Invite somebody
          </Button>
        ) : null}
      </DialogFoot>
      {rules ? <p className="bg-footing px-6 py-3 text-help text-ink-3 max-desk:px-5">{rules}</p> : null}
    </>
  )
}

/** A part of its own, so that nothing is counted before the dialog opens: a page's first number takes it long. */
function Headcount() {
  const { members } = useWorkspace('members')
  return count(members.length, 'person', 'people')
}

/** Who is in this workspace, with which role; and the hard decisions about that, each in a sentence of its own. */
export function PeopleDialog({
  open,
  onClose,
  onInvite,
  onCompare,
}: {
  open: boolean
  onClose: () => void
  onInvite: () => void
  onCompare: () => void
}) {
  const session = useSession()
  const { members, people, name, delivery } = useWorkspace('members', 'people', 'name', 'delivery')
  const toast = useToast()
  const [step, setStep] = useState<Step>(everybody)
  const back = () => setStep(everybody)
  const close = () => {
    back()
    onClose()
  }
  const person = 'person' in step ? members.find(({ id }) => id === step.person) : undefined
  const member = people.members.find(({ id }) => id === person?.id)
  const leaver =
    'person' in step ? people.former.find(({ id, mayRemove }) => id === step.person && mayRemove) : undefined

  if (step.type === 'leave')
    return (
      <Dialog open={open} onClose={close} title={`Leave ${name || 'this workspace'}?`}>
        <Decision
          text={LEAVING}
          safe="Stay"
          verb="Leave"
          onSafe={back}
          onDecide={() => session.leaveWorkspace()}
          onDone={close}
        />
      </Dialog>
    )
  if (step.type === 'new-keys')
    return (
      <Dialog open={open} onClose={close} title="Make new keys now?">
        <Decision
          text={newKeysWords(delivery)}
          safe="Keep the keys"
          verb="Make new keys"
          onSafe={back}
          onDecide={() => session.rotateKeys()}
          onDone={() => {
            close()
            toast(NEW_KEYS_MADE)
          }}
        />
      </Dialog>
    )
  if (step.type === 'remove' && leaver)
    return (
      <Dialog open={open} onClose={close} title={`Remove ${nameOf(leaver)}?`}>
        <RemoveMember
          {...{ person: leaver, linksThatEnd: leaver.linksThatEnd, onBack: back }}
          text={leaverRemovalWords(leaver)}
          safe="Leave it at that"
        />
      </Dialog>
    )
  if (step.type === 'remove' && person && member)
    return (
      <Dialog open={open} onClose={close} title={`Remove ${nameOf(person)}?`}>
        <RemoveMember
          {...{ person, linksThatEnd: member.linksThatEnd, onBack: back }}
          text={removalWords(person, delivery)}
          safe={`Keep ${nameOf(person)}`}
        />
      </Dialog>
    )
  if (step.type === 'hand-over' && person)
    return (
      <Dialog open={open} onClose={close} title={`Make ${nameOf(person)} the owner?`}>
        <Decision
          text={handOverWords(person)}
          safe="Stay the owner"
          verb={`Hand over to ${nameOf(person)}`}
          onSafe={back}
          onDecide={() => session.transferOwnership(person.id)}
          onDone={back}
        />
      </Dialog>
    )
  return (
    <Dialog wide open={open} onClose={close} title="People" lead={<Headcount />}>
      <Everybody onStep={setStep} onInvite={onInvite} onCompare={onCompare} />
    </Dialog>
  )
}
