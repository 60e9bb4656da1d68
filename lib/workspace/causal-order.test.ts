import fc from 'fast-check'
import { expect, it } from 'vitest'
import { areConcurrent, createCausalOrder, isBefore, maximalOf, type Place } from '#lib/workspace/causal-order'

/** For each place, which earlier ones are its parents; the first of them is the one it continues. */
const graphs = fc
  .array(fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), { maxLength: 30 })
  .map((rows) => rows.map((row, i) => [...new Set(row.map((n) => n % (i + 1)))]))

function build(graph: readonly (readonly number[])[]) {
  const order = createCausalOrder()
  const places: Place[] = [order.placeAbove([], undefined)]
  const ancestors = [new Set<number>()]
  for (const parents of graph) {
    const above = parents.flatMap((parent) => places[parent] ?? [])
    places.push(order.placeAbove(above, above[0]))
    ancestors.push(new Set(parents.flatMap((parent) => [parent, ...(ancestors[parent] ?? [])])))
  }
  return { places, ancestors }
}

it('M1 knows ancestors as a walk over the parents finds them', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const { places, ancestors } = build(graph)
      places.forEach((place, i) => {
        places.forEach((other, j) => {
          expect(isBefore(other, place)).toBe(ancestors[i]?.has(j))
          expect(areConcurrent(other, place)).toBe(i !== j && !ancestors[i]?.has(j) && !ancestors[j]?.has(i))
        })
      })
    }),
  )
})

it('M3 finds those that nothing has gone beyond', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const { places, ancestors } = build(graph)
      const expected = places.filter((_, i) => !ancestors.some((seen) => seen.has(i)))
      expect(new Set(maximalOf(places))).toEqual(new Set(expected))
    }),
  )
})
