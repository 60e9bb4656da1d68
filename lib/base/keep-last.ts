/**
 * `compute`, asked again only about another object than the last time. For what follows from that object alone, and is
 * asked for more often than the object changes.
 */
export function keepLast<K extends object, V>(compute: (of: K) => V): (of: K) => V {
  let last: { readonly of: K; readonly value: V } | undefined
  return (of) => {
    if (last?.of !== of) last = { of, value: compute(of) }
    return last.value
  }
}
