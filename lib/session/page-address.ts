/** The fragment of a page's address: nothing of it ever reaches a server (D10). */
export const pageFragment = (workspaceId: string, pageId: string): string => `#/w/${workspaceId}/${pageId}`
