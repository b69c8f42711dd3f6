import type { DatabaseSync } from 'node:sqlite'

import type { Finding } from '../../model/finding.ts'
import { cursorOf, type Page, placeOf } from './pages.ts'
import { openedMsOf, type Said, saysNew } from './words.ts'

/** A finding that nobody has told for this long is over, though nobody said so: an engine was started anew, say. */
const silentMs = 5 * 60_000
const pageAtMost = 1000
const toldAtMost = 1000

export interface StoredFinding {
  /** As it was last told. */
  readonly finding: Finding
  readonly openedMs: number
  /** Absent while it is open. When nobody told of its end: when it was last heard of. */
  readonly closedMs?: number
}

export interface ToldFinding {
  readonly atMs: number
  readonly finding: Finding
}

export interface FindingsQuery {
  readonly fromMs: number
  readonly toMs: number
  /** 1…1000. */
  readonly limit: number
  readonly before?: string | undefined
}

/** What was said over time. */
export interface StoredFindings {
  /** What of it is new; give it to `write`, and call what that answers once it is committed. */
  news(atMs: number, findings: readonly Finding[]): News
  /** Within a transaction. */
  write(atMs: number, news: News): void
  /** It is on the disk: not to be told again. */
  committed(atMs: number, news: News): void
  between(query: FindingsQuery): Page<StoredFinding>
  /** The newest thousand, the oldest of them first. */
  told(id: string): readonly ToldFinding[]
}

export interface News {
  readonly heard: readonly Finding[]
  readonly fresh: readonly Finding[]
  readonly gone: readonly { readonly id: string; readonly closedMs: number }[]
}

interface Known extends Said {
  /** When it was last in the list, with news or without. */
  heardMs: number
}

export function createFindings(db: DatabaseSync): StoredFindings {
  const statements = prepared(db)
  const known = new Map<string, Known>()
  for (const { id, at_ms: atMs, finding, alive_ms: aliveMs } of statements.open.all()) {
    const text = parsed(finding)
    if (text === undefined) continue
    known.set(String(id), { finding: text, atMs: Number(atMs), heardMs: Math.max(Number(atMs), Number(aliveMs)) })
  }

  return {
    news(atMs, heard) {
      for (const { id } of heard) {
        const before = known.get(id)
        if (before !== undefined) before.heardMs = atMs
      }
      const listed = new Set(heard.map(({ id }) => id))
      const gone = [...known]
        .filter(([id, { heardMs }]) => !listed.has(id) && Math.abs(atMs - heardMs) > silentMs)
        .map(([id, { heardMs }]) => ({ id, closedMs: heardMs }))
      return { heard, fresh: heard.filter((finding) => saysNew(atMs, finding, known.get(finding.id))), gone }
    },

    write(atMs, { fresh, gone }) {
      for (const finding of fresh) {
        const { lastInsertRowid: seq } = statements.say.run(finding.id, atMs, JSON.stringify(finding))
        const closedMs = finding.state === 'closed' ? atMs : null
        statements.note.run(finding.id, openedMsOf(finding, atMs), closedMs, seq)
      }
      for (const { id, closedMs } of gone) statements.end.run(closedMs, id)
    },

    committed(atMs, { fresh, gone }) {
      for (const finding of fresh) known.set(finding.id, { finding, atMs, heardMs: atMs })
      for (const { id } of gone) known.delete(id)
    },

    between({ fromMs, toMs, limit, before }) {
      const { openedMs, id } = placeOf(before)
      const wanted = Math.max(1, Math.min(pageAtMost, Math.floor(limit)))
      const rows = statements.between.all(toMs, fromMs, openedMs, id, wanted + 1)
      const places = rows.map((row) => ({ openedMs: Number(row['opened_ms']), id: String(row['id']) }))
      const last = rows.length > wanted ? places[wanted - 1] : undefined
      return { items: rows.slice(0, wanted).flatMap(storedIn), ...(last && { next: cursorOf(last) }) }
    },

    told: (id) =>
      statements.told.all(id).flatMap(({ at_ms: atMs, finding }) => {
        const text = parsed(finding)
        return text === undefined ? [] : [{ atMs: Number(atMs), finding: text }]
      }),
  }
}

type Row = Readonly<Record<string, unknown>>

function storedIn({ finding, opened_ms: openedMs, closed_ms: closedMs }: Row): readonly StoredFinding[] {
  const last = parsed(finding)
  if (last === undefined) return []
  if (typeof closedMs !== 'number') return [{ finding: last, openedMs: Number(openedMs) }]
  return [{ finding: { ...last, state: 'closed' }, openedMs: Number(openedMs), closedMs }]
}

/** Undefined when a disk has changed it: the others are told all the same. */
function parsed(text: unknown): Finding | undefined {
  try {
    return JSON.parse(String(text)) as Finding
  } catch {
    return undefined
  }
}

function prepared(db: DatabaseSync) {
  return {
    // A snapshot is taken every minute: while there were some, there was somebody who would have told.
    open: db.prepare(`SELECT findings.id, at_ms, finding, (SELECT coalesce(max(at_ms), 0) FROM snapshots) AS alive_ms
      FROM findings JOIN told ON seq = last_seq WHERE closed_ms IS NULL`),
    say: db.prepare('INSERT INTO told (id, at_ms, finding) VALUES (?, ?, ?)'),
    note: db.prepare(`INSERT INTO findings (id, opened_ms, closed_ms, last_seq) VALUES (?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET closed_ms = excluded.closed_ms, last_seq = excluded.last_seq`),
    end: db.prepare('UPDATE findings SET closed_ms = ? WHERE id = ? AND closed_ms IS NULL'),
    between: db.prepare(`SELECT findings.id, opened_ms, closed_ms, finding FROM findings JOIN told ON seq = last_seq
      WHERE opened_ms <= ? AND coalesce(closed_ms, 9e15) >= ? AND (opened_ms, findings.id) < (?, ?)
      ORDER BY opened_ms DESC, findings.id DESC LIMIT ?`),
    told: db.prepare(`SELECT * FROM (SELECT seq, at_ms, finding FROM told WHERE id = ? ORDER BY seq DESC
      LIMIT ${toldAtMost}) ORDER BY seq`),
  }
}
