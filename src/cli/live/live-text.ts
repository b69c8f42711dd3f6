import type { FindingsAnswer, Standing } from '../../model/api.ts'
import { lasting } from '../../report/answers/lasting.ts'
import type { Paint } from '../../report/check-text.ts'
import { findingParagraphs } from '../findings-text.ts'
import { judgedAgoMs, type LiveVerdict } from './live-verdict.ts'

/** What is open now, for people: who says so, one paragraph a finding, and a sentence about the whole. */
export function liveText(answer: FindingsAnswer, verdict: LiveVerdict, nowMs: number, paint: Paint): string {
  const { standing, findings } = answer
  return [
    `${headline(standing, nowMs)}\n`,
    ...standing.troubles.map((trouble) => `${paint('warn', `trouble: ${trouble}`)}\n`),
    '\n',
    findingParagraphs(findings, paint),
    `${closing(answer, verdict, paint)}\n`,
  ].join('')
}

/** `cluster prod: 12 of 12 agents heard, judged 4 s ago by meshprobe-aggregator-x` */
export function headline(standing: Standing, nowMs: number): string {
  const { cluster, replica, leader, agents, heard } = standing
  const agoMs = judgedAgoMs(standing, nowMs)
  const when = agoMs === undefined ? 'nothing judged yet' : `judged ${lasting(agoMs)} ago`
  const writer = leader === undefined || leader === replica ? '' : `; ${leader} leads`
  return `cluster ${cluster}: ${heard} of ${agents} agents heard, ${when} by ${replica}${writer}`
}

function closing({ findings }: FindingsAnswer, { verdict, hindrances }: LiveVerdict, paint: Paint): string {
  const open = findings.filter(({ state }) => state === 'open').length
  const recovering = findings.length - open
  const counts = `${open} open${recovering === 0 ? '' : `, ${recovering} recovering`}`
  if (verdict === 'unknown') return paint('warn', `cannot tell how it is now: ${hindrances.join('; ')}`)
  return verdict === 'ok' ? paint('good', 'nothing is wrong') : paint('bad', counts)
}
