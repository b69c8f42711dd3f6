/** Writes to the history in `argv[2]` until it is killed, or `argv[4]` times; says on stdout what is kept by now. */
import { writeSync } from 'node:fs'

import { openHistory } from '../../../src/aggregator/history/history.ts'
import { day, findingOf, mib, minute, noisyMatrix, start } from './histories.ts'

const [, , file = '', first = '0', times = 'Infinity'] = process.argv
const log = (line: string) => void process.stderr.write(`${line}\n`)
const history = openHistory({ file, keepMs: 7 * day, bytesAtMost: mib, wallMs: () => start, log })
for (let at = Number(first); at < Number(first) + Number(times); at++) {
  history.noteMatrices(start + at * minute, [noisyMatrix(60, at)])
  history.noteFindings(start + at * minute, [findingOf(`finding-${at}`)])
  if (history.trouble !== undefined) throw new Error(history.trouble)
  writeSync(1, `${at}\n`)
}
// Holds the file and does nothing with it.
setInterval(() => undefined, 60_000)
