import { Copy } from 'lucide-react'
import { useRef } from 'react'
import { useEditorFacts } from '#components/editor/editor-facts'
import { useBesideBlock } from '#components/editor/floating'
import { ToolButton } from '#components/editor/tool-button'
import { useAlert } from '#components/ui/alerts'
import { Select } from '#components/ui/select'
import { selectedCode, setCodeLanguage } from '#lib/editor/code-keys'
import type { Editor } from '#lib/editor/create-editor'
import { codeLanguageWords, editorWords } from '#lib/words/editor-words'

/** Languages to choose from; what a page names besides, or by a shorter name, is kept and shown. */
const LANGUAGES = [
  '',
  'bash',
  'c',
  'cpp',
  'csharp',
  'css',
  'go',
  'html',
  'java',
  'javascript',
  'json',
  'kotlin',
  'markdown',
  'math',
  'php',
  'python',
  'ruby',
  'rust',
  'sql',
  'swift',
  'typescript',
  'yaml',
]

/** Above the block of code around the cursor: its language, and a copy of it. */
export function CodeTools({ editor }: { editor: Editor }) {
  const { block, readOnly } = useEditorFacts(editor)
  return block === 'code' && readOnly === false ? <Tools editor={editor} /> : null
}

function Tools({ editor }: { editor: Editor }) {
  const { language } = useEditorFacts(editor)
  const bar = useRef<HTMLFieldSetElement>(null)
  const alert = useAlert()
  useBesideBlock(editor, bar, 'pre')
  const isSame = (one: string) => codeLanguageWords(one) === codeLanguageWords(language)
  const languages = LANGUAGES.some(isSame)
    ? LANGUAGES.map((one) => (isSame(one) ? language : one))
    : [...LANGUAGES, language]
  const copy = () => {
    const code = selectedCode(editor.view.state) ?? ''
    navigator.clipboard.writeText(code).catch(() => alert(editorWords.notCopied))
  }
  return (
    <fieldset ref={bar} className="tools table-tools" aria-label={editorWords.codeBlock}>
      <Select
        label={editorWords.language}
        value={language}
        options={languages.map((value) => ({ value, label: codeLanguageWords(value) }))}
        onChange={(value) => editor.run(setCodeLanguage(value))}
        finalFocus={() => editor.view.dom}
      />
      <ToolButton label={editorWords.copyCode} icon={Copy} onClick={copy} />
    </fieldset>
  )
}
