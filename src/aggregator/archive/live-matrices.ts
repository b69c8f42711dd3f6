import type { MatrixAnswer, MatrixQuery } from '../../model/api.ts'
import { type Check, checks } from '../../model/check.ts'
import { foldMatrices, type Matrix } from '../../model/matrix.ts'
import type { Round } from '../../model/round.ts'
import { foldZones } from '../../model/zone-matrix.ts'
import { isOnPage } from './bounds.ts'
import { byName } from './by-name.ts'
import { type Fresh, isAboutPeers, thinnedTo } from './fresh-rounds.ts'
import { matrixAnswer } from './matrix-tables.ts'

/** Where the rows of an answer end, though there may be more: see `lastRow`. */
export interface Page {
  readonly upTo: string | undefined
}

/** The answer from the last rounds. Only what is asked for is folded: of 5,000 nodes everything at once is too much. */
export function liveMatrices(query: MatrixQuery, fresh: Fresh, askedMs: number, { upTo }: Page): MatrixAnswer {
  const newest = fresh.rounds.reduce((latest, { round }) => Math.max(latest, round), 0)
  const telling = { query, askedMs, roundSeconds: fresh.newest.roundSeconds, window: fresh.window, newest }
  const rounds = fresh.rounds.map(thinnedToQuery(query, { upTo }))
  if (query.level === 'zone') return matrixAnswer(foldZones(rounds, fresh.zoneOf), telling)
  const nodes = fresh.nodes.toSorted(byName)
  const rows = nodes.filter((node) => isOnPage(node, query.after, upTo))
  const isCut = nodes.some((node) => !isOnPage(node, undefined, upTo))
  const wanted = new Set(rows)
  const matrices = foldMatrices(
    rounds.filter(({ node }) => wanted.has(node)),
    nodes,
  )
  const targets = query.level === 'target' ? targetsIn(rounds) : undefined
  const told = matrices.map((matrix) => ({ ...matrix, rows, columns: columnsOf(matrix, targets) }))
  return matrixAnswer(told, { ...telling, rows, isCut })
}

/** Of a round what a matrix needs. A round of which nothing is needed stays, for it says that somebody told. */
export function thinnedToQuery(query: MatrixQuery, { upTo }: Page): (round: Round) => Round {
  const thin = thinnedTo(wantedBy(query))
  if (query.level === 'zone') return (round) => onlyLoops(thin(round))
  if (query.level === 'target') return thin
  return (round) => (isOnPage(round.node, query.after, upTo) ? thin(round) : nothingOf(round))
}

/** Zones are told by counts; of pairs it only takes those of a node with itself, to leave them out. */
function onlyLoops(round: Round): Round {
  return { ...round, stable: round.stable.filter(({ peer }) => peer === round.node) }
}

function nothingOf(round: Round): Round {
  return { ...round, ok: [], stable: [], fails: [], received: [] }
}

/** Every matrix that there is of the last rounds, of all levels: what history keeps once a minute. */
export function allMatrices({ rounds, nodes, zoneOf }: Fresh): readonly Matrix[] {
  return [...foldMatrices(rounds, nodes.toSorted(byName)), ...foldZones(rounds, zoneOf)]
}

export function wantedBy({ level, check }: Pick<MatrixQuery, 'level' | 'check'>): (check: Check) => boolean {
  const isOfLevel = (one: Check) => isAboutPeers(one) === (level !== 'target')
  return check === undefined ? isOfLevel : (one) => one === check && isOfLevel(one)
}

type Targets = ReadonlyMap<string, ReadonlySet<string>>

/** Whoever is asked by any node: the columns of every page. */
function targetsIn(rounds: readonly Round[]): Targets {
  const targets = new Map<string, Set<string>>()
  const note = (row: { readonly check: Check; readonly variant?: Matrix['variant'] }, target: string | undefined) => {
    if (target === undefined || checks[row.check].subject !== 'shared') return
    const key = keyOf(row)
    const known = targets.get(key)
    if (known === undefined) targets.set(key, new Set([target]))
    else known.add(target)
  }
  for (const { ok, fails } of rounds) for (const row of [...ok, ...fails]) note(row, row.target)
  return targets
}

function columnsOf(matrix: Matrix, targets: Targets | undefined): readonly string[] {
  return targets === undefined ? matrix.columns : [...(targets.get(keyOf(matrix)) ?? [])]
}

function keyOf({ check, variant }: { readonly check: Check; readonly variant?: Matrix['variant'] }): string {
  return `${check}/${variant ?? ''}`
}
