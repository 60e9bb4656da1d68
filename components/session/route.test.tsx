// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { goTo, pageAddress, parseRoute, trashAddress } from '#components/session/route'

const workspace = 'k3TrxQ9uVn2mB7k3TrxQ9uVn2mB7k3TrxQ9uVn2mB7A'
const page = 'a-_b1c2d3e4f5g6h7i8j9k'

describe('route', () => {
  it('reads back what it writes', () => {
    expect(parseRoute(pageAddress(workspace, page))).toEqual({ workspaceId: workspace, place: 'page', pageId: page })
    expect(parseRoute(pageAddress(workspace))).toEqual({ workspaceId: workspace, place: 'page' })
    expect(parseRoute(pageAddress(workspace, page, '1k9x0f-2s'))).toEqual({
      ...{ workspaceId: workspace, place: 'page', pageId: page, block: '1k9x0f-2s' },
    })
    expect(parseRoute(trashAddress(workspace))).toEqual({ workspaceId: workspace, place: 'trash' })
  })

  it('takes anything unknown for the start', () => {
    for (const fragment of [
      '',
      '#',
      '#/w/',
      '#/w/short',
      `#/w/${workspace}/a b`,
      `#/w/${workspace}/${page}/x`,
      '#/x/1',
      `#/w/${'a'.repeat(5000)}`,
    ]) {
      expect(parseRoute(fragment)).toEqual({ place: 'page' })
    }
  })

  it('tells everybody when it replaced the address', () => {
    const seen: string[] = []
    window.addEventListener('hashchange', () => seen.push(window.location.hash), { once: true })
    goTo(trashAddress(workspace), { replace: true })
    expect(seen).toEqual([trashAddress(workspace)])
  })
})
