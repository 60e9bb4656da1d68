import { WorkspaceApp } from '#components/workspace/workspace-app'

export default function Page() {
  return <WorkspaceApp />
}
