import { type ReactNode, type RefObject, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import type { MenuKey } from '#lib/editor/question'

/** Answers a key that the menu may take; false leaves it to the field. */
export type Choose = (key: MenuKey) => boolean

/** What may answer a question that is typed. */
export interface Choice {
  readonly key: string
  /** Before the name, and nothing more than decoration. */
  readonly lead: ReactNode
  readonly name: string
  /** At the row's end, for eyes alone. */
  readonly hint?: string | undefined
}

/**
 * What can be chosen. The focus stays in `field`: arrows, Enter and Tab come here through `choose`, and the field names the
 * marked row as its active descendant. Give it another `key` when the question changed.
 */
export function ChoiceRows<One extends Choice>({
  ref,
  field,
  className,
  label,
  choices,
  choose,
  onAnswer,
}: {
  ref?: RefObject<HTMLDivElement | null>
  /** Where the question is typed. */
  field: HTMLElement
  className: string
  label: string
  /** At least one. */
  choices: readonly One[]
  choose: RefObject<Choose | undefined>
  onAnswer: (choice: One) => void
}) {
  const own = useRef<HTMLDivElement>(null)
  const list = ref ?? own
  const id = useId()
  const [at, setAt] = useState(0)

  // With the rows at once: a key between the two would go to the field.
  useLayoutEffect(() => {
    choose.current = (key) => {
      const step = { ArrowDown: 1, ArrowUp: -1, Enter: 0, Tab: 0 }[key]
      const chosen = choices[at]
      if (step !== 0) setAt((at + step + choices.length) % choices.length)
      else if (chosen) onAnswer(chosen)
      return true
    }
    return () => {
      choose.current = undefined
    }
  })
  useEffect(() => {
    field.setAttribute('aria-autocomplete', 'list')
    field.setAttribute('aria-controls', id)
    field.setAttribute('aria-activedescendant', `${id}-${at}`)
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' })
    return () => {
      for (const name of ['autocomplete', 'controls', 'activedescendant']) field.removeAttribute(`aria-${name}`)
    }
  }, [field, list, id, at])

  return (
    <div ref={list} id={id} role="listbox" aria-label={label} className={`block-menu ${className}`}>
      {choices.map((choice, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: reason: the keys come from the field, which keeps the focus
        <div
          key={choice.key}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          data-highlighted={index === at ? '' : undefined}
          className="block-menu-row"
          onPointerMove={() => setAt(index)}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onAnswer(choice)}
        >
          <span aria-hidden="true" className="choice-lead">
            {choice.lead}
          </span>
          <span className="block-menu-name">{choice.name}</span>
          <span className="block-menu-typed" aria-hidden="true">
            {choice.hint}
          </span>
        </div>
      ))}
    </div>
  )
}
