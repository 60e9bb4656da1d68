import type { UndoneView } from '#lib/session/session-view'
import { nameOf } from '#lib/words/pill-words'
import { roleWords } from '#lib/words/role-words'

const aRole = (role: Parameters<typeof roleWords>[0]): string => {
  const { noun } = roleWords(role)
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
}

/** How things stand although somebody decided otherwise. */
function standsWords(act: UndoneView): string {
  switch (act.type) {
    case 'remove':
      return `${nameOf(act)} is still here`
    case 'set-role':
      return `${nameOf(act)} is still ${aRole(act.now)}`
    case 'revoke':
      return act.label ? `The invitation for ${act.label} still works` : 'An invitation still works'
    case 'rename':
      return act.now ? `This workspace is still called “${act.now}”` : 'This workspace still has no name'
  }
}

function didWords(act: UndoneView): string {
  switch (act.type) {
    case 'remove':
      return 'removed them'
    case 'set-role':
      return `made them ${aRole(act.role)}`
    case 'revoke':
      return 'took it back'
    case 'rename':
      return act.name ? `named it “${act.name}”` : 'took its name away'
  }
}

/** What was undone and why, to whoever may do it again; to who did it and may not any more, who else may. */
export function undoneWords(act: UndoneView): string {
  const [stands, did] = [standsWords(act), didWords(act)]
  if (!act.isMine) return `${stands}: ${nameOf({ name: act.by })} ${did}, with a right that ended at the same moment.`
  const why = `${stands}: when you ${did}, your right to had ended already, and the device did not know yet.`
  if (act.mayRedo) return why
  const isAboutAdmins =
    (act.type === 'remove' && act.now === 'admin') ||
    (act.type === 'set-role' && (act.now === 'admin' || act.role === 'admin'))
  return `${why} ${isAboutAdmins ? 'The owner' : 'An admin'} can do it again.`
}

/** The button that does it again. */
export function redoWords(act: UndoneView): string {
  switch (act.type) {
    case 'remove':
      return `Remove ${nameOf(act)}`
    case 'set-role':
      return `Make ${nameOf(act)} ${aRole(act.role)}`
    case 'revoke':
      return 'Take it back'
    case 'rename':
      return act.name ? `Name it “${act.name}”` : 'Take its name away'
  }
}
