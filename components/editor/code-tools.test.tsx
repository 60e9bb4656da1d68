// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest'
import { CodeTools } from '#components/editor/code-tools'
import { AlertKeeper, Alerts } from '#components/ui/alerts'
import { createScreen } from '#lib/testing/editor-screen'
import { render } from '#lib/testing/rendered'
import { editorWords } from '#lib/words/editor-words'

it('says so where the browser does not let code be copied', async () => {
  const { editor, type, close } = createScreen()
  type('``` ')
  type('let tide = 1')
  const write = vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('not allowed'))
  const screen = await render(
    <AlertKeeper>
      <AlertKeeper>
        <Alerts />
        <CodeTools editor={editor} />
      </AlertKeeper>
    </AlertKeeper>,
  )
  await screen.click('button', editorWords.copyCode)
  expect(write).toHaveBeenCalledWith('let tide = 1')
  expect(screen.text()).toContain(editorWords.notCopied)
  write.mockRestore()
  await screen.close()
  close()
})
