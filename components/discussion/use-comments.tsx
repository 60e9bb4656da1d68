import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { useSession } from '#components/session/session-context'
import { type CommentMarks, createCommentMarks } from '#lib/editor/comment-marks'
import type { OpenDiscussion, Passage, ThreadView } from '#lib/session/session-view'

/** The comments on the page on screen, and what of them is looked at. */
export interface Comments {
  /** `undefined` until they are read. */
  readonly discussion: OpenDiscussion | undefined
  readonly threads: readonly ThreadView[]
  readonly mayComment: boolean
  /** Ids of the threads whose words are on the page, in its order. */
  readonly order: readonly string[]
  readonly marks: CommentMarks
  readonly isShown: boolean
  readonly active: string | undefined
  /** What a comment that is being written is about. */
  readonly begun: Passage | undefined
  show(isShown: boolean): void
  choose(id: string | undefined): void
  /** Begins a comment about the selection. */
  begin(): void
  /** Ends it: sent, or not. */
  end(): void
}

const NONE: readonly ThreadView[] = []
const never = () => () => {}

export function useComments(pageId: string | undefined): Comments {
  const session = useSession()
  const [discussion, setDiscussion] = useState<OpenDiscussion>()
  const [order, setOrder] = useState<readonly string[]>([])
  const [isShown, setShown] = useState(false)
  const [active, choose] = useState<string>()
  const [begun, setBegun] = useState<Passage>()
  const latest = useRef(discussion)
  latest.current = discussion
  const marks = useMemo(
    () =>
      createCommentMarks({
        onChosen(id) {
          choose(id)
          setShown(true)
        },
        onOrder: setOrder,
        onMoved: (id, place) => latest.current?.move(id, place),
      }),
    [],
  )
  const threads = useSyncExternalStore(
    discussion?.subscribe ?? never,
    () => discussion?.threads() ?? NONE,
    () => NONE,
  )

  useEffect(() => {
    if (pageId === undefined) return
    let isAbandoned = false
    let opened: OpenDiscussion | undefined
    void session.openDiscussion(pageId).then((found) => {
      if (isAbandoned) return found?.close()
      opened = found
      setDiscussion(found)
    })
    return () => {
      isAbandoned = true
      opened?.close()
      setDiscussion(undefined)
      setBegun(undefined)
      choose(undefined)
    }
  }, [session, pageId])

  useEffect(() => {
    const shown = threads.map(({ id, from, to, moved, resolved, remarks }) => ({
      id,
      places: [...moved, { from, to }],
      isOpen: !resolved,
      isMine: remarks[0]?.mine === true,
    }))
    marks.show(shown, active)
  }, [marks, threads, active])

  const show = useCallback((next: boolean) => {
    setShown(next)
    if (next) return
    choose(undefined)
    setBegun(undefined)
  }, [])

  const mayComment = discussion?.mayComment() ?? false
  return {
    ...{ discussion, threads, mayComment, order, marks, isShown, active, begun, show, choose },
    begin() {
      if (!mayComment) return
      choose(undefined)
      setBegun(marks.selected())
      setShown(true)
    },
    end: () => setBegun(undefined),
  }
}
