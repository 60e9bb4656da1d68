// Vitest with one mutant of table.mjs in place: the text is changed as the file is loaded, nothing is written.
import { resolve } from 'node:path'
import { mutants } from './table.mjs'

const { file, find, put, test } = mutants[Number(process.env.MUTANT)]
const mutated = resolve(file)

export default {
  root: '.',
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      transform: (code, id) => (id.split('?')[0] === mutated ? code.replace(find, () => put) : undefined),
    },
  ],
  test: { include: [test], testTimeout: 120_000, hookTimeout: 120_000 },
}
