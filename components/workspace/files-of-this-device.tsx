/** So long a browser may take to read what it was handed: it asks the person for a place first, if set up so. */
const HAND_OVER_MS = 60_000

/** Hands a file to the browser's downloads. Nothing tells whether it was saved. */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), HAND_OVER_MS)
}

/** Lets the person choose files; resolves to none if they close the picker. */
export function chooseFiles(accept: string, { several } = { several: true }): Promise<readonly File[]> {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = accept
  input.multiple = several
  input.hidden = true
  document.body.append(input)
  return new Promise((resolve) => {
    const settle = () => {
      input.remove()
      resolve([...(input.files ?? [])])
    }
    input.addEventListener('change', settle, { once: true })
    input.addEventListener('cancel', settle, { once: true })
    input.click()
  })
}

/** What a page can be made from. */
export const IMPORTABLE =
  '.md,.markdown,.txt,.html,.htm,.docx,.csv,.tsv,.zip,text/markdown,text/plain,text/html,text/csv,application/zip'
