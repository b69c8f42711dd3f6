import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Test } from 'tap'

import { type HistoryOptions, openHistory } from '../../../src/aggregator/history/history.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { Cell, Matrix } from '../../../src/model/matrix.ts'

export const minute = 60_000
export const day = 86_400_000
export const mib = 1024 * 1024
/** A round time to count from. */
export const start = Date.UTC(2026, 0, 5)

export function tempDir(t: Test, parent = tmpdir()): string {
  const dir = mkdtempSync(join(parent, 'history-'))
  t.teardown(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** For thousands of writes: real files, of which none waits for a disk. */
export function fastDir(t: Test): string {
  return tempDir(t, existsSync('/dev/shm') ? '/dev/shm' : tmpdir())
}

/** A file system of its own, to be filled. Only root can make one. */
export function volume(t: Test, options: string): string {
  const dir = tempDir(t)
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dir])
  t.teardown(() => execFileSync('umount', [dir]))
  return dir
}

/** An open history in `dir`, and what it logged. */
export function historyIn(t: Test, dir: string, options: Partial<HistoryOptions> = {}) {
  const lines: string[] = []
  const file = join(dir, 'history.db')
  const limits = { keepMs: 7 * day, bytesAtMost: 16 * mib, wallMs: () => start }
  const history = openHistory({ file, ...limits, log: (line) => lines.push(line), ...options })
  t.teardown(() => history.close())
  return { history, file, lines }
}

export function findingOf(id: string, overrides: Partial<Finding> = {}): Finding {
  return {
    ...{ id, fault: 'node_down', state: 'open', entity: { kind: 'node', name: 'node-1' }, severity: 1 },
    ...{ confidence: 'high', since: new Date(start).toISOString(), firstEvidence: new Date(start).toISOString() },
    ...{ flapping: false, text: 'node-1: nothing on it answers', evidence: [], contrast: [], alternatives: [] },
    ...{ nextStep: 'look at it', runbook: 'docs/runbooks/node_down.md' },
    ...overrides,
  }
}

/** A full mesh of `nodes` whose numbers are different every time, so that no two snapshots have much in common. */
export function noisyMatrix(nodes: number, seed: number): Matrix {
  let state = seed * 7919 + 1
  const next = (below: number) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
  const names = Array.from({ length: nodes }, (_, at) => `node-${at + 1}`)
  const cell = (): Cell => ({ attempts: 1000 + next(4000), failures: 0, reasons: {}, round: 100 + seed })
  const row = () => new Map(names.map((name) => [name, cell()]))
  return { check: 'peer_tcp', rows: names, columns: names, cells: new Map(names.map((name) => [name, row()])) }
}
