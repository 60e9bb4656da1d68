import type { MemberStanding } from '#lib/host/member-standing'
import type { ActionError, Notice, Obstacle, OpenPage, Role } from '#lib/session/session-view'
import { count } from '#lib/words/count-words'

/** A full screen's worth of bad news: what it is, and what to do now. */
export interface Trouble {
  readonly title: string
  readonly text: string
}

/** Why no workspace can be opened here. Each sentence ends with the remedy. */
export function obstacleWords(obstacle: Obstacle): Trouble {
  switch (obstacle.type) {
    case 'insecure-origin':
      return {
        title: 'This address is not secure',
        text: 'Browsers switch encryption off on plain http addresses: open Waxwing with https, or on this very machine as http://localhost.',
      }
    case 'browser-too-old':
      return {
        title: 'This browser is too old',
        text: `It lacks ${obstacle.missing}, which Waxwing needs to encrypt. Update it, or use a current Chrome, Edge, Firefox or Safari.`,
      }
    case 'storage-refused':
      return {
        title: 'The browser keeps nothing for this site',
        text: 'What you write would be lost, so nothing was opened. Allow site data for this address, or leave the private window.',
      }
    case 'newer-data':
      return {
        title: 'A newer Waxwing wrote what is kept here',
        text: 'This one is older and changes nothing. Reload to update; if that does not help, close every window of it and come back.',
      }
    case 'workspace-unknown':
      return {
        title: 'This browser does not have that workspace',
        text: 'Open the address in the browser where you use it, or ask a member for an invitation.',
      }
    case 'workspace-damaged':
      return {
        title: 'This copy of the workspace is damaged',
        text: 'What this browser kept does not open any more, and nothing was deleted. Reload once; if that does not help, ask a member to invite you again: their copies are whole.',
      }
    case 'no-answer':
      return {
        title: 'Another tab does not answer',
        text: 'It has this workspace open and seems to be asleep; nothing was lost. Close the other tabs of Waxwing, then reload this one.',
      }
    case 'storage-full':
      return {
        title: 'This device has no room left',
        text: 'The workspace needs a little room to open, and nothing was deleted. Free some space, then reload.',
      }
    case 'did-not-open':
      return {
        title: 'This workspace did not open',
        text: 'Something went wrong on this device, and nothing was deleted. Reload; if that does not help, close every window of Waxwing and come back.',
      }
  }
}

/** Why something asked for was not done. Nothing was changed in any of these cases. */
export function actionErrorWords(error: ActionError): string {
  switch (error.type) {
    case 'not-allowed':
      return 'Your role here does not allow that. An admin can change it.'
    case 'not-found':
      return 'That is no longer here.'
    case 'storage-full':
      return 'This device has no room left. Free some space and try again.'
    case 'storage-failed':
      return 'The browser could not write to this device. Nothing was changed; try again.'
    case 'not-stretched':
      return 'The browser could not work that out: it has too little memory left, or was offline before it kept all of Waxwing. Nothing was changed; try again in a moment.'
    case 'nobody-leads':
      return 'Another tab of this workspace does not answer. Close it, or reload this one, and try again.'
    case 'owner-stays':
      return 'A workspace has an owner. Hand it over to somebody first, then you can leave.'
    case 'last-device':
      return 'This is your only device here. Link another one first, or leave the workspace.'
    case 'too-much':
      return 'That is too much for one step, and nothing was changed. Keep fewer invitations, at most 256, or take a shorter and plainer name.'
    case 'no-relay':
      return 'No relay answers there, or this workspace uses it already. Look at the address; it begins with https.'
    case 'does-not-fit':
      return 'Those edits build on others that do not count, so they have no place here. Nothing was changed; what they say can be copied from the list.'
    case 'too-many-tabs':
      return 'Waxwing is open in as many tabs as can write at once. Close one of them and try again; nothing was changed.'
    case 'nothing-written':
      return 'Nothing is written on this device yet.'
  }
}

/** Something worth knowing that happened by itself. */
export function noticeWords(notice: Notice): string {
  const who = notice.who || 'A member'
  switch (notice.type) {
    case 'refused-change':
      return notice.who
        ? `${count(notice.count, 'change')} by ${notice.who} did not pass the checks and had no effect. If more come, ask ${notice.who} to reload Waxwing, and an admin to look into it.`
        : `${count(notice.count, 'change')} by an unknown device had no effect: it is on no member’s list. Nothing needs to be done.`
    case 'forked-chain':
      return `${who} has a device that told two different stories. The one that others built on counts, the other is set aside. If it was copied or stolen, whoever it belongs to should revoke it.`
    case 'copied-profile':
      return 'What is kept on this device was copied: the same device writes from two places. Nothing is lost, but each in turn is taken for the other. Give this one keys of its own.'
    case 'invitation-used-twice':
      return 'Two people used one invitation that works once: it may have leaked. Neither is in. Revoke it and invite them one by one.'
    case 'transfer-contested':
      return `This workspace is still yours: at the moment you handed it to ${notice.who || 'an admin'}, something else was decided about it or them. Hand it over again if you still want to.`
    case 'needs-newer-version':
      return 'This workspace needs a newer version of Waxwing. Reload to update; until then you can read it and change nothing.'
    case 'newer-version':
      return 'Somebody writes with a newer version of Waxwing. Reload to update; until then that part is read-only.'
    case 'foreign-tab':
      return 'Another tab runs another version of Waxwing, and the two cannot hear each other. Reload both.'
    case 'join-request':
      return `${notice.who || 'Somebody'} asks to come in and waits for you.`
    case 'relay-set-back':
      return 'The relay has less than it had: it was set back, or lost data. Your devices bring it again what they have. If this happens again, tell whoever runs the relay.'
    case 'relay-refused':
      return 'The relay does not let this device in. Your changes still reach everybody who is online with you.'
    case 'relay-full':
      return 'The relay has no room for what is new. It is safe on your devices and reaches everybody who is online with you. An admin can make room, under Connections; or whoever runs the relay gives you more.'
    case 'box-spoilt':
      return `New keys from ${notice.who || 'a member'} did not fit everybody’s lock. Others hand on the right ones; ask ${notice.who || 'them'} to reload.`
    case 'keys-missing':
      return 'Others write with new keys that have not reached this device. What you write still reaches them; theirs shows here as soon as a device that has the keys is online.'
    case 'own-new-device':
      return `${notice.who || 'Another device'} is a new device of yours. If that was not you, revoke it now.`
    case 'new-device':
      return `${who} uses a new device.`
    case 'recovered':
      return 'You are back. If the devices you had are lost or stolen, revoke them now. Link those you still have with this one again: then they hear of each other’s new workspaces.'
    case 'kit-offered':
      return 'Lose this device, and nobody can give you back who you are here. A recovery kit on paper can.'
    case 'kit-elsewhere':
      return `A recovery kit was made on ${notice.who || 'another device of yours'}. Say whether it is to keep what is on this one, too.`
    case 'verified-new-device':
      return `${who}, whose safety number you compared, uses a new device. Ask whether it is theirs; if it is not, have it taken off the workspace.`
    case 'verified-other-key':
      return `Somebody else here is called ${notice.who || 'like a person you know'}, as a person whose safety number you compared. It is not the same key: compare the number before you take them for the same.`
    case 'unclean-epoch':
      return 'A person, device or recovery kit that is not of this workspace any more still has its keys: until an admin opens this workspace, they could read what is written. Ask one to.'
  }
}

/** What somebody reads who is not a member any more; nothing for a member. */
export function standingWords(standing: MemberStanding): string | undefined {
  switch (standing.type) {
    case 'member':
      return undefined
    case 'removed':
      return `${standing.by || 'An admin'} removed you from this workspace. What you had stays readable on this device; nothing new arrives, and nothing you write is sent.`
    case 'left':
      return 'You left this workspace. What you had stays readable on this device; nothing new arrives.'
    case 'not-let-in':
      return 'You are not in: somebody else used the invitation at the same time, or it was taken back meanwhile. Ask the person who invited you for a new one.'
    case 'device-revoked':
      return 'This device was taken off the workspace. What it had stays readable here; use another of your devices to write.'
    case 'from-backup':
      return 'This came back from a backup, to be read. To write here again, link this device with another of yours, use your 24 words, or ask for an invitation.'
  }
}

/** A newcomer’s empty screen, when it has been empty for a while. */
export const NOTHING_CAME =
  'Nothing has come yet. The pages arrive from the relay, or from anybody who is online. If they do not, ask whoever invited you: somebody else may have used the invitation at the same time, and then nobody is let in.'

function readerWords(role: Role): string {
  switch (role) {
    case 'viewer':
      return 'You can read this page. An admin can let you write.'
    case 'commenter':
      return 'You can read this page and comment on it. An admin can let you write.'
    default:
      return 'You can read this page. This Waxwing is too old to write in this workspace: reload to update.'
  }
}

/** Why a page on screen cannot be written in by somebody who has `role` here. */
export function readOnlyWords(reason: Exclude<OpenPage['readOnly'], false>, role: Role): string {
  switch (reason) {
    case 'role':
      return readerWords(role)
    case 'newer-version':
      return 'This page was written with a newer version of Waxwing. Reload to update and write again.'
    case 'too-many-tabs':
      return 'This page is open in too many tabs. Close one and reload to write here.'
    case 'trashed':
      return 'This page is in the trash.'
    case 'arriving':
      return 'This page has not arrived yet. It comes as soon as somebody who has it is online.'
  }
}
