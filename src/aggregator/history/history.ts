import type { Check } from '../../model/check.ts'
import type { Finding } from '../../model/finding.ts'
import type { Matrix } from '../../model/matrix.ts'
import type { FindingsQuery, StoredFinding, ToldFinding } from './findings.ts'
import { createKeeper } from './keeper.ts'
import { type Page, placeOf } from './pages.ts'
import type { TimedMatrices } from './snapshots.ts'

export interface HistoryOptions {
  /** Its directory must be there; the file is begun when it is not. */
  readonly file: string
  readonly keepMs: number
  /** Of the file and all that is beside it; 1 MiB or more. A smaller volume gives it less. */
  readonly bytesAtMost: number
  readonly wallMs: () => number
  readonly log: (line: string) => void
}

/**
 * What was found and how the matrices were, over time. Nothing here throws because of the disk: what cannot be written
 * is lost, `trouble` says why, and every note tries again. Times are Unix milliseconds.
 */
export interface History {
  /** Keeps what is new since it was last kept. `findings` are all of one round, those that closed in it too. */
  noteFindings(atMs: number, findings: readonly Finding[]): void
  /** Keeps one snapshot: all matrices as they are told now, one after another. To be called once a minute. */
  noteMatrices(atMs: number, matrices: Iterable<Matrix>): void
  /** Those open at some time between, newest first. Throws a RangeError when `before` is nothing that a page told. */
  findings(query: FindingsQuery): Page<StoredFinding>
  /** What was said of one finding: the newest thousand, the oldest of them first. */
  told(id: string): readonly ToldFinding[]
  /** The newest snapshot not after `atMs` and not five minutes older; of one check alone when that is given. */
  matricesAt(atMs: number, check?: Check): TimedMatrices | undefined
  size(): HistorySize
  /** What is wrong, in a sentence without its full stop: for readiness, metrics and people. */
  readonly trouble: string | undefined
  /** Lets go of the file. Notes after this are not kept. */
  close(): void
}

export interface HistorySize {
  readonly bytes: number
  /** The oldest snapshot and the newest; absent when there is none. */
  readonly fromMs?: number
  readonly toMs?: number
}

const leastBytes = 1024 * 1024

/** Opens the history, or begins it. Waits for nobody: a file that another process holds is opened by a later note. */
export function openHistory(options: HistoryOptions): History {
  if (options.bytesAtMost < leastBytes) throw new RangeError(`expected ${leastBytes} bytes or more for the history`)
  const keeper = createKeeper(options)
  return {
    noteFindings(atMs, findings) {
      keeper.write('findings', (store) => {
        const news = store.findings.news(atMs, findings)
        if (news.fresh.length === 0 && news.gone.length === 0) return
        store.write(atMs, () => store.findings.write(atMs, news))
        store.findings.committed(atMs, news)
        store.room.settle()
      })
    },
    noteMatrices(atMs, matrices) {
      // Before the first round there is nothing to keep, and nothing to find later.
      if (Array.isArray(matrices) && matrices.length === 0) return
      keeper.write('matrices', (store) => {
        store.write(atMs, () => store.room.check(store.snapshots.write(atMs, matrices)))
        store.room.settle()
      })
    },
    findings(query) {
      placeOf(query.before) // it is the asker's mistake also while there is no file
      return keeper.read(({ findings }) => findings.between(query)) ?? { items: [] }
    },
    told: (id) => keeper.read(({ findings }) => findings.told(id)) ?? [],
    matricesAt: (atMs, check) => keeper.read(({ snapshots }) => snapshots.at(atMs, check)),
    size: () => keeper.read(({ room, snapshots }) => ({ bytes: room.bytes(), ...snapshots.span() })) ?? { bytes: 0 },
    get trouble() {
      return keeper.trouble
    },
    close: keeper.close,
  }
}
