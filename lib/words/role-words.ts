import type { Role } from '#lib/session/session-view'

/** What a role is called where people choose one, and what it lets a person do, as one sentence each. */
export interface RoleWords {
  readonly verb: string
  readonly noun: string
  /** About somebody else: "They …". */
  readonly theyCan: string
  /** To the person who gets it: "You can …". */
  readonly youCan: string
}

/** Words for a role; every role has its own. */
export function roleWords(role: Role): RoleWords {
  switch (role) {
    case 'owner':
      return {
        verb: 'Own',
        noun: 'owner',
        theyCan: 'They decide about everything and everybody.',
        youCan: 'You can decide about everything and everybody.',
      }
    case 'admin':
      return {
        verb: 'Manage',
        noun: 'admin',
        theyCan: 'They read and write every page, invite people and remove them.',
        youCan: 'You can read and write every page, invite people and remove them.',
      }
    case 'editor':
      return {
        verb: 'Write',
        noun: 'writer',
        theyCan: 'They read and write every page. They cannot invite others.',
        youCan: 'You can read and write every page.',
      }
    case 'commenter':
      return {
        verb: 'Comment',
        noun: 'commenter',
        theyCan: 'They read and comment on every page. They cannot change it.',
        youCan: 'You can read and comment on every page.',
      }
    case 'viewer':
      return {
        verb: 'Read',
        noun: 'reader',
        theyCan: 'They read every page. They cannot change anything.',
        youCan: 'You can read every page.',
      }
  }
}
