import { useSessionView } from '#components/session/session-context'
import { workspaceName, workspaceNumbers } from '#lib/words/workspace-words'

/** The workspaces of this browser, those of one name with a number that tells them apart. */
export function useWorkspaces() {
  const { workspaces } = useSessionView('workspaces')
  const numbers = workspaceNumbers(workspaces.map(({ name }) => name))
  return workspaces.map((workspace, place) => ({ ...workspace, number: numbers[place] }))
}

/** What a workspace is called, its number in a fainter ink, and there also where the name is cut: that is no part of the name. */
export function WorkspaceName({ name, number }: { name: string; number: number | undefined }) {
  return (
    <span className="flex min-w-0">
      <bdi className="truncate">{workspaceName(name)}</bdi>
      {number === undefined ? null : <span className="whitespace-pre font-normal text-ink-3"> {number}</span>}
    </span>
  )
}
