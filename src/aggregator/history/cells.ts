import type { Reason } from '../../model/failure.ts'
import { bucketMs, bucketOf } from '../../model/latency.ts'
import type { Cell } from '../../model/matrix.ts'
import type { ByteReader, ByteWriter } from './bytes.ts'

/** In the place of a latency bucket: there was no success to measure. */
const none = 255

/**
 * Writes cells column by column, for values of one kind are alike: attempts, failures, rounds, latencies, reasons.
 * Latencies become buckets of `latency.ts`, which is what they were counted in.
 */
export function writeCells(writer: ByteWriter, cells: readonly Cell[], reasons: readonly string[]): void {
  const newest = cells.reduce((latest, { round }) => Math.max(latest, round), 0)
  writer.number(newest)
  for (const { attempts } of cells) writer.number(attempts)
  for (const { failures } of cells) writer.number(failures)
  for (const { round } of cells) writer.number(newest - round)
  for (const { p50Ms } of cells) writer.byte(p50Ms === undefined ? none : bucketOf(p50Ms))
  // Seen from the median, a slow path and a fast one are alike.
  for (const { p50Ms = 0, p99Ms } of cells)
    writer.byte(p99Ms === undefined ? none : Math.max(0, bucketOf(p99Ms) - bucketOf(p50Ms)))
  for (const { failures, reasons: counts } of cells) if (failures > 0) writeReasons(writer, counts, reasons)
}

/** Reads `count` cells; `reasons` as they were given to `writeCells`. */
export function readCells(reader: ByteReader, count: number, reasons: readonly string[]): readonly Cell[] {
  const newest = reader.number()
  const numbers = () => Array.from({ length: count }, () => reader.number())
  const [attempts, failures, ages] = [numbers(), numbers(), numbers()]
  const [medians, tails] = [reader.block(count), reader.block(count)]
  return attempts.map((attempted, at) => {
    const [failed = 0, median = none, tail = none] = [failures[at], medians[at], tails[at]]
    return {
      attempts: attempted,
      failures: failed,
      reasons: failed > 0 ? readReasons(reader, reasons) : {},
      round: newest - (ages[at] ?? 0),
      ...(median !== none && { p50Ms: bucketMs(median) }),
      ...(tail !== none && { p99Ms: bucketMs(tail + (median === none ? 0 : median)) }),
    }
  })
}

function writeReasons(writer: ByteWriter, counts: Cell['reasons'], reasons: readonly string[]): void {
  const known = Object.entries(counts).filter(([reason]) => reasons.includes(reason))
  writer.number(known.length)
  for (const [reason, count] of known) {
    writer.number(reasons.indexOf(reason))
    writer.number(count)
  }
}

function readReasons(reader: ByteReader, reasons: readonly string[]): Cell['reasons'] {
  const counts: Partial<Record<Reason, number>> = {}
  for (let left = reader.number(); left > 0; left--) {
    const reason = reasons[reader.number()] as Reason | undefined
    const count = reader.number()
    if (reason !== undefined) counts[reason] = count
  }
  return counts
}
