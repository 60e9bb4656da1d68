import { useEffect, useRef } from 'react'
import { createEditor } from '#lib/editor/create-editor'
import type { OpenPage } from '#lib/session/session-view'
export function PageEditor({ page }: { page: OpenPage }) {
  const mount = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!mount.current) return
    const editor = createEditor({
      mount: mount.current,
      page,
      words: { label: 'Text', placeholder: '', task: 'Done' },
      actions: {} as never,
    })
    return () => editor.destroy()
  }, [page])
  return <div ref={mount} />
}
