import { describe, expect, it } from 'vitest'
import { parseModulesOnce } from './parse-once.mjs'

const chunk = (...modules) => `(globalThis.TURBOPACK||(globalThis.TURBOPACK=[])).push([0,${modules.join(',')}]);`

describe('parsing modules once', () => {
  it('puts each module in parentheses, and nothing in it', () => {
    const before = chunk('12', 'e=>{let t=()=>"},13,e=>{"}', '13,14', 'function(e){[()=>1].map(String)}')
    const after = chunk('12', '(e=>{let t=()=>"},13,e=>{"})', '13,14', '(function(e){[()=>1].map(String)})')
    expect(parseModulesOnce(before)).toBe(after)
  })

  it('leaves a script without modules as it is', () => {
    const script = '(()=>{let e=[()=>1];e.push([t=>t])})();globalThis.self=1'
    expect(parseModulesOnce(script)).toBe(script)
  })
})
