import { useLayoutEffect, useRef, useState } from 'react'

/**
 * What `start` returned, once the component stands; undefined before. React may throw a first rendering away and begin
 * anew, so whatever takes something or opens something must not begin while rendering.
 */
export function useStarted<T>(start: () => T): T | undefined {
  const begun = useRef<{ readonly value: T }>(undefined)
  const [value, setValue] = useState<T>()
  useLayoutEffect(() => {
    begun.current ??= { value: start() }
    const { value: started } = begun.current
    setValue(() => started)
  })
  return value
}
