import type { InvitationView, InvitationWish, JoinRequestView } from '#lib/session/session-view'
import { list, momentAhead } from '#lib/words/count-words'
import { roleWords } from '#lib/words/role-words'

/** What whoever comes by it can do; writers also invite where the owner lets them. */
export const invitedWords = (role: InvitationWish['role'], editorsMayInvite: boolean): string =>
  role === 'editor' && editorsMayInvite
    ? 'They read and write every page, and may invite others.'
    : roleWords(role).theyCan

const namesOf = (joined: readonly string[]): string => list(joined.map((name) => name || 'Someone'))

/** What an invitation is, in one line: "For Jonas: write, works once, asks you, needs a PIN". */
export function invitationTitle({ label, role, singleUse, approval, pin }: InvitationView): string {
  const { verb } = roleWords(role)
  const kind = [
    label ? verb.toLowerCase() : verb,
    singleUse ? 'works once' : 'works more than once',
    ...(approval ? ['asks an admin'] : []),
    ...(pin ? ['needs a PIN'] : []),
  ].join(', ')
  return label ? `For ${label}: ${kind}` : kind
}

/** Where an invitation stands, and what to do now if that is anything. */
export function invitationState({ state, singleUse, joined, expiresAt }: InvitationView, now: number): string {
  const came = joined.length > 0 ? `${namesOf(joined)} joined.` : ''
  switch (state) {
    case 'open':
      return `${came || (singleUse ? 'Not used yet.' : 'Nobody has joined yet.')} Ends ${momentAhead(expiresAt, now)}.`
    case 'suspended':
      return 'Two people used it at once, so nobody is let in. Revoke it and invite them one by one.'
    case 'used':
      return came
    case 'revoked':
      return `Taken back. ${came}`.trim()
    case 'expired':
      return came ? `Ended. ${came}` : 'Ended unused.'
  }
}

/** Under a link that was on screen to be copied and lets nobody in any more. */
export function endedWords(state: Exclude<InvitationView['state'], 'open'>): string {
  switch (state) {
    case 'used':
      return 'This link was used.'
    case 'revoked':
      return 'This link was taken back.'
    case 'expired':
      return 'This link has ended.'
    case 'suspended':
      return 'Two people used this link at once, so nobody is let in.'
  }
}

/** Under the link: how whoever has it comes in. */
export function admissionWords({ approval, pin }: Pick<InvitationWish, 'approval' | 'pin'>): string {
  if (approval) return 'Nobody gets in before an admin says so.'
  return pin
    ? 'Any writer’s device lets them in who has the PIN, too, even while yours sleeps.'
    : 'Any writer’s device lets them in, even while yours sleeps.'
}

/** After copying: what to do with it. */
export function sendWords({ singleUse, pin }: Pick<InvitationWish, 'singleUse' | 'pin'>): string {
  if (pin) return 'Send the link, and tell them the PIN by telephone.'
  return singleUse ? 'Send it to one person you trust.' : 'Send it only to people you trust.'
}

/** What somebody who waits would become, and by which invitation. */
export function requestWords({ role, label }: JoinRequestView): string {
  const { verb } = roleWords(role)
  return label ? `${verb}, by the invitation for ${label}.` : `${verb}.`
}

/** A PIN as one reads it aloud: "482 913". */
export const spacedPin = (pin: string): string => pin.replace(/(\d{3})(?=\d)/g, '$1 ')
