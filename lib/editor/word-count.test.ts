import { describe, expect, it } from 'vitest'
import { countWords, createWordCount } from '#lib/editor/word-count'
import { schema } from '#lib/schema/schema'

describe('countWords', () => {
  it.each([
    ['', 0],
    ['one two  three', 3],
    ["don't stop, €38.4 million", 4],
    ['naïve café', 2],
    ['我们一起写', 5],
    ['—…!', 0],
  ])('of %j is %i', (text, words) => {
    expect(countWords(text)).toBe(words)
  })
})

describe('the word count of a page', () => {
  it('parts words at blocks and line breaks', () => {
    const line = (...content: Parameters<typeof schema.node>[2][]) =>
      schema.node('paragraph', null, content.flat() as never)
    const page = schema.node('doc', null, [
      line(schema.text('one'), schema.node('hard_break'), schema.text('two')),
      schema.node('list', { kind: 'task' }, [line(schema.text('three')), line(schema.text('four'))]),
    ])
    expect(createWordCount()(page)).toBe(4)
  })
})
