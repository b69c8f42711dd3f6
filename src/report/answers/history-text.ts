import type { HistoryAnswer, PastFinding, ToldAnswer } from '../../model/api.ts'
import type { Paint } from '../check-text.ts'
import { aligned, type Column } from './aligned.ts'
import { lasting } from './lasting.ts'

const heading = ['OPENED', 'LASTED', 'FAULT', 'WHERE', 'CONFIDENCE', 'ID']

/** One line a finding, the newest first, and how far back anything is known: silence of before says nothing. */
export function historyText({ findings, keptFrom, next }: HistoryAnswer, nowMs: number, paint: Paint): string {
  const begins = keptFrom === undefined ? 'nothing is kept yet' : `the history begins at ${keptFrom}`
  if (findings.length === 0) return `nothing was found in that time; ${begins}\n`
  const rows = findings.map((past) => columnsOf(past, nowMs))
  const more = next === undefined ? begins : 'and more before: ask with a shorter --since, or the API'
  return `${[...aligned(heading, rows, paint), more].join('\n')}\n`
}

function columnsOf({ openedAt, closedAt, finding }: PastFinding, nowMs: number): readonly Column[] {
  const { fault, entity, confidence, id } = finding
  const endMs = closedAt === undefined ? nowMs : Date.parse(closedAt)
  const lasted = lasting(endMs - Date.parse(openedAt))
  return [
    { text: openedAt },
    closedAt === undefined ? { text: `${lasted}, open`, tone: 'bad' } : { text: lasted },
    { text: fault },
    { text: entity.endpoint === undefined ? entity.name : `${entity.name} (${entity.endpoint})` },
    { text: confidence },
    { text: id },
  ]
}

/** Everything that was said of one finding, oldest first. */
export function toldText({ told }: ToldAnswer, paint: Paint): string {
  const rows = told.map(({ at, finding: { state, fault, confidence, text } }): readonly Column[] => [
    { text: at },
    { text: state, tone: state === 'open' ? 'bad' : 'quiet' },
    { text: fault },
    { text: confidence },
    { text },
  ])
  return `${aligned(['AT', 'STATE', 'FAULT', 'CONFIDENCE', 'WHAT WAS SAID'], rows, paint).join('\n')}\n`
}
