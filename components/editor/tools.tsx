import {
  Bold,
  CalendarDays,
  Code,
  Heading1,
  Heading2,
  Heading3,
  Heading4,
  Highlighter,
  ImagePlus,
  Italic,
  Lightbulb,
  List,
  ListCollapse,
  ListOrdered,
  ListTodo,
  ListTree,
  type LucideIcon,
  Minus,
  Paperclip,
  Pilcrow,
  Sigma,
  SquareCode,
  SquareSigma,
  Strikethrough,
  Table,
  TextQuote,
  Underline,
} from 'lucide-react'
import type { StyleName } from '#lib/editor/active-state'
import { pickFile, pickPicture } from '#lib/editor/add-files'
import {
  beginList,
  insertContents,
  insertRule,
  makeParagraph,
  toggleCallout,
  toggleCodeBlock,
  toggleFormula,
  toggleHeading,
  toggleList,
  toggleQuote,
  toggleStyle,
} from '#lib/editor/commands'
import type { Editor, EditorFacts } from '#lib/editor/create-editor'
import { dayFrom } from '#lib/editor/dates'
import { insertDate } from '#lib/editor/mentions'
import { insertTable } from '#lib/editor/table-commands'
import type { ToolName } from '#lib/words/editor-words'

const FORMULA = 'math'

/** Something a toolbar can do to the selection. */
export interface Tool {
  readonly name: ToolName
  readonly icon: LucideIcon
  readonly command: Parameters<Editor['run']>[0]
  /** What a menu does in its place that makes new blocks. */
  readonly begin?: Parameters<Editor['run']>[0]
  /** Whether it is on at the selection; without it the tool only acts. */
  readonly isOn?: (facts: EditorFacts) => boolean
}

const style = (name: StyleName, icon: LucideIcon): Tool => ({
  name,
  icon,
  command: toggleStyle(name),
  isOn: (facts) => facts.styles[name],
})

const heading = (level: 1 | 2 | 3 | 4, icon: LucideIcon): Tool => ({
  name: `heading-${level}`,
  icon,
  command: toggleHeading(level),
  isOn: (facts) => facts.block === `heading-${level}`,
})

const list = (kind: 'bullet' | 'ordered' | 'task' | 'toggle', icon: LucideIcon): Tool => ({
  name: kind,
  icon,
  command: toggleList(kind),
  begin: beginList(kind),
  isOn: (facts) => facts.list === kind,
})

export const styleTools: readonly Tool[] = [
  style('bold', Bold),
  style('italic', Italic),
  style('underline', Underline),
  style('strike', Strikethrough),
  style('code', Code),
  style('highlight', Highlighter),
  style('math', Sigma),
]

export const listTools: readonly Tool[] = [list('bullet', List), list('ordered', ListOrdered), list('task', ListTodo)]

export const quoteTool: Tool = {
  name: 'quote',
  icon: TextQuote,
  command: toggleQuote,
  isOn: (facts) => facts.quote,
}

/** Kinds of block, in the order of a menu. */
export const blockTools: readonly Tool[] = [
  { name: 'paragraph', icon: Pilcrow, command: makeParagraph, isOn: (facts) => facts.block === 'paragraph' },
  heading(1, Heading1),
  heading(2, Heading2),
  heading(3, Heading3),
  heading(4, Heading4),
  ...listTools,
  quoteTool,
  list('toggle', ListCollapse),
  { name: 'callout', icon: Lightbulb, command: toggleCallout, isOn: (facts) => facts.callout },
  { name: 'picture', icon: ImagePlus, command: pickPicture },
  { name: 'file', icon: Paperclip, command: pickFile },
  { name: 'table', icon: Table, command: insertTable(3, 3) },
  {
    name: 'formula',
    icon: SquareSigma,
    command: toggleFormula,
    isOn: (facts) => facts.block === 'code' && facts.language === FORMULA,
  },
  { name: 'contents', icon: ListTree, command: insertContents },
  { name: 'date', icon: CalendarDays, command: (state, dispatch) => insertDate(dayFrom(new Date()))(state, dispatch) },
  {
    name: 'code-block',
    icon: SquareCode,
    command: toggleCodeBlock,
    isOn: (facts) => facts.block === 'code' && facts.language !== FORMULA,
  },
  { name: 'rule', icon: Minus, command: insertRule },
]

/** The kind of block at the selection; several kinds show as text. */
export const currentBlock = (facts: EditorFacts): Tool =>
  blockTools.find((tool) => tool.name.startsWith('heading') && tool.isOn?.(facts)) ??
  blockTools.find((tool) => tool.name === 'code-block' && tool.isOn?.(facts)) ??
  (blockTools[0] as Tool)
