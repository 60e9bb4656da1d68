// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { FIRST_SCRIPT, takeInvitation } from '#components/onboarding/first-script'

interface Policy {
  createScriptURL(address: string): string
  createHTML(text: string): string
}

function open(address: string) {
  let policy: Policy | undefined
  const url = new URL(address)
  const location = { pathname: url.pathname, hash: url.hash, origin: url.origin, href: address }
  const history = {
    replaceState: (_state: null, _title: string, path: string) => {
      location.hash = ''
      location.href = url.origin + path
    },
  }
  const trustedTypes = {
    createPolicy: (_name: string, rules: Policy) => {
      policy = rules
    },
  }
  new Function('window', 'location', 'history', 'trustedTypes', 'addEventListener', FIRST_SCRIPT)(
    Object.assign(window, { trustedTypes }),
    location,
    history,
    trustedTypes,
    () => {},
  )
  if (!policy) throw new Error('no policy')
  return { location, policy }
}

describe('first script', () => {
  afterEach(() => {
    delete window.waxwingInvitation
  })

  it('I6 takes the invitation out of the address and hands it over once', () => {
    const { location } = open('https://team.example/join/#1.abc.def.secret')
    expect(location.href).toBe('https://team.example/join/')
    expect(takeInvitation()).toBe('1.abc.def.secret')
    expect(takeInvitation()).toBeUndefined()
  })

  it('I6 leaves the fragment of other pages alone, it is their route', () => {
    expect(open('https://team.example/#/w/abc/def').location.hash).toBe('#/w/abc/def')
    expect(takeInvitation()).toBeUndefined()
  })

  it('lets in scripts of this app only', () => {
    const { policy } = open('https://team.example/')
    expect(policy.createScriptURL('/_next/static/chunks/a.js')).toBe('/_next/static/chunks/a.js')
    expect(policy.createScriptURL('/sw.js')).toBe('/sw.js')
    for (const address of [
      'https://evil.example/_next/static/a.js',
      'data:text/javascript,1',
      '/api.js',
      '//evil/sw.js',
    ]) {
      expect(() => policy.createScriptURL(address)).toThrow(TypeError)
    }
  })

  it('lets in no HTML but the empty script element of React', () => {
    const { policy } = open('https://team.example/')
    expect(policy.createHTML('<script></script>')).toBe('<script></script>')
    expect(() => policy.createHTML('<img src=x onerror=alert(1)>')).toThrow(TypeError)
  })
})
