import { describe, expect, it } from 'vitest'
import type { ActionError, Notice, Obstacle, OpenPage, Role, WordsProblem } from '#lib/session/session-view'
import { type JoinFailure, joinFailureWords, wordsProblemWords } from '#lib/words/join-words'
import { roleWords } from '#lib/words/role-words'
import { actionErrorWords, noticeWords, obstacleWords, readOnlyWords } from '#lib/words/trouble-words'

/** Every member of a union, checked by the compiler to be complete. */
const all = <T extends string>(members: Record<T, true>) => Object.keys(members) as T[]

const obstacles = all<Obstacle['type']>({
  'insecure-origin': true,
  'browser-too-old': true,
  'storage-refused': true,
  'newer-data': true,
  'workspace-unknown': true,
  'no-answer': true,
  'storage-full': true,
  'did-not-open': true,
  'workspace-damaged': true,
})
const actionErrors = all<ActionError['type']>({
  'not-allowed': true,
  'not-found': true,
  'storage-full': true,
  'storage-failed': true,
  'nobody-leads': true,
  'not-stretched': true,
  'nothing-written': true,
  'does-not-fit': true,
  'too-many-tabs': true,
  'owner-stays': true,
  'last-device': true,
  'too-much': true,
  'no-relay': true,
})
const joinFailures = all<JoinFailure>({
  'damaged-link': true,
  'newer-link': true,
  expired: true,
  'not-known-here': true,
  revoked: true,
  'used-up': true,
  suspended: true,
  'wrong-workspace': true,
  'storage-refused': true,
  'mailbox-full': true,
  'not-now': true,
  'known-keys': true,
})
const notices = all<Notice['type']>({
  'refused-change': true,
  'forked-chain': true,
  'copied-profile': true,
  'invitation-used-twice': true,
  'transfer-contested': true,
  'needs-newer-version': true,
  'newer-version': true,
  'foreign-tab': true,
  'relay-refused': true,
  'relay-full': true,
  'relay-set-back': true,
  'box-spoilt': true,
  'keys-missing': true,
  'unclean-epoch': true,
  'join-request': true,
  'own-new-device': true,
  'new-device': true,
  recovered: true,
  'kit-offered': true,
  'kit-elsewhere': true,
  'verified-new-device': true,
  'verified-other-key': true,
})
const wordsProblems = all<WordsProblem['type']>({
  'not-six-words': true,
  'no-such-word': true,
  'wrong-words': true,
  'words-ended': true,
  'no-room': true,
})
const readOnly = all<Exclude<OpenPage['readOnly'], false>>({
  role: true,
  'newer-version': true,
  'too-many-tabs': true,
  trashed: true,
  arriving: true,
})
const roles = all<Role>({ owner: true, admin: true, editor: true, commenter: true, viewer: true })

const sentence = /^[A-Z0-9“][^!]*\.$/

describe('words', () => {
  it('has a different, whole sentence for every trouble', () => {
    const said = [
      ...obstacles.map((type) => obstacleWords({ type, missing: 'Ed25519' }).text),
      ...actionErrors.map((type) => actionErrorWords({ type })),
      ...notices.map((type) => noticeWords({ id: '1', type, count: 2 })),
      ...wordsProblems.map((type) => wordsProblemWords({ type, count: 5, word: 'waxwing' })),
      ...readOnly.map((reason) => readOnlyWords(reason, 'viewer')),
      ...roles.flatMap((role) => [roleWords(role).theyCan, roleWords(role).youCan]),
    ]
    for (const words of said) expect(words).toMatch(sentence)
    expect(new Set(said).size).toBe(said.length)
  })

  it('M5 says what somebody whose pages are read-only can do, and who or what can change that', () => {
    expect(readOnlyWords('role', 'viewer')).toMatch(/^You can read this page\. An admin/)
    expect(readOnlyWords('role', 'commenter')).toMatch(/comment on it\. An admin/)
    for (const role of ['editor', 'admin', 'owner'] as const)
      expect(readOnlyWords('role', role)).toContain('too old to write in this workspace: reload')
  })

  it('gives every failed invitation its own title and a next step', () => {
    const said = joinFailures.map(joinFailureWords)
    for (const { title, text } of said) {
      expect(title).toMatch(/^[A-Z].*[^.]$/)
      expect(text).toMatch(sentence)
    }
    expect(new Set(said.map(({ title }) => title)).size).toBe(joinFailures.length)
  })

  it('names the remedy on an insecure address in one sentence', () => {
    const { text } = obstacleWords({ type: 'insecure-origin' })
    expect(text).toContain('https')
    expect(text).toContain('http://localhost')
    expect(text.match(/\.( |$)/g)).toHaveLength(1)
  })

  it('says what to do next about refused changes and devices that told two stories', () => {
    expect(noticeWords({ id: '1', type: 'refused-change', count: 1, who: 'Bo' })).toContain('ask Bo to reload')
    expect(noticeWords({ id: '1', type: 'refused-change', count: 1 })).toContain('Nothing needs to be done')
    expect(noticeWords({ id: '1', type: 'forked-chain', count: 1, who: 'Bo' })).toContain('should revoke it')
  })

  it('promises no end to a full letter box, and calls nobody gone whose device or kit alone is', () => {
    expect(joinFailureWords('mailbox-full').text).not.toContain('hour')
    expect(joinFailureWords('mailbox-full').text).toContain('Ask the person who invited you')
    expect(noticeWords({ id: '1', type: 'unclean-epoch', count: 1 })).toMatch(/person, device or recovery kit/)
  })

  it('says what the browser lacks and who did it, where that is known', () => {
    expect(obstacleWords({ type: 'browser-too-old', missing: 'Ed25519' }).text).toContain('Ed25519')
    expect(noticeWords({ id: '1', type: 'refused-change', count: 1, who: 'Bo' })).toContain('Bo')
    expect(noticeWords({ id: '1', type: 'refused-change', count: 1 })).toContain('unknown device')
  })
})
