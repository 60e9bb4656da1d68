/**
 * Arrays as PostgreSQL reads them in its binary format (array_recv): what the driver would send as text is twice as long, and
 * has to be written and read letter by letter.
 */

import { concat, u32 } from '#lib/base/bytes'

const BYTEA = 17
const BIGINT = 20
const SMALLINT = 21

function encodeArray(type: number, items: readonly Uint8Array[]): Buffer {
  const size = items.reduce((sum, { length }) => sum + 4 + length, 20)
  const array = Buffer.allocUnsafe(size)
  let at = 0
  const addNumber = (value: number) => {
    at = array.writeInt32BE(value, at)
  }
  // One dimension, no nulls, numbered from 1.
  for (const field of [1, 0, type, items.length, 1]) addNumber(field)
  for (const item of items) {
    addNumber(item.length)
    array.set(item, at)
    at += item.length
  }
  return array
}

/** A parameter for `bytea[]`. */
export const byteaArray = (items: readonly Uint8Array[]): Buffer => encodeArray(BYTEA, items)

/** A parameter for `bigint[]`; whole numbers from 0 on. */
export const bigintArray = (numbers: readonly number[]): Buffer =>
  encodeArray(
    BIGINT,
    numbers.map((number) => concat(u32(Math.floor(number / 2 ** 32)), u32(number % 2 ** 32))),
  )

/** A parameter for `smallint[]`; numbers from 0 to 32,767. */
export const smallintArray = (numbers: readonly number[]): Buffer =>
  encodeArray(
    SMALLINT,
    numbers.map((number) => Uint8Array.of(number >> 8, number & 255)),
  )
