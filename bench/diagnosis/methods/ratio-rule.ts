import type { Check } from '../../../src/model/check.ts'
import type { Cell } from './cells.ts'
import type { Accused, Method } from './method.ts'
import { type Places, zonePair } from './places.ts'

const windowRounds = 3
const askedAtLeast = 3

interface Ratio {
  readonly accused: Accused
  asked: number
  failed: number
}

type Ratios = ReadonlyMap<string, Ratio>

/**
 * "Alert when so large a share of an entity's probes fails over three rounds": what alert rules over the metrics of a
 * prober that counts requests can say. Every rule is by itself; none silences another.
 */
export function ratioRule(share: number): Method {
  return {
    name: `ratio ≥ ${Math.round(100 * share)} %`,
    start() {
      const window: Ratios[] = []
      return (cells, places) => {
        window.push(ratiosOf(cells, places))
        if (window.length > windowRounds) window.shift()
        const alerts = [...merged(window).values()].filter(
          ({ asked, failed }) => asked >= askedAtLeast && failed >= share * asked,
        )
        return [...new Map(alerts.map(({ accused }) => [`${accused.kind}/${accused.name}`, accused])).values()]
      }
    },
  }
}

/** One ratio of one entity. Of two with different `by`, each may alert for itself. */
interface Rule {
  readonly by: string
  readonly accused: Accused
}

type Rules = (cell: Cell, places: Places) => readonly Rule[]

const about = (kind: Accused['kind'], name: string, by = ''): Rule => ({ by, accused: { kind, name } })

const fromNode = ({ source }: Cell) => about('node', source, 'virtual addresses')

const rulesOf: Partial<Record<Check, Rules>> = {
  peer_http({ source, target }, { zoneOf }) {
    const [home, away] = [zoneOf(source), zoneOf(target)]
    const nodes = [about('node', target, 'to'), about('node', source, 'from')]
    if (home === away) return nodes
    return [...nodes, about('zone_pair', zonePair(home, away)), about('zone', home), about('zone', away)]
  },
  dns_replica: ({ target, variant }) => [
    about('pod', target, variant),
    ...(variant === 'external' ? [about('cluster', 'cluster')] : []),
  ],
  dns_service: (cell) => [about('service', cell.target, cell.variant), fromNode(cell)],
  clusterip: (cell) => [about('service', cell.target), fromNode(cell)],
  ingress: ({ target }) => [about('ingress', target)],
  ingress_replica: ({ target }) => [about('pod', target)],
  apiserver_service: (cell) => [about('api_server', cell.target, 'by address'), fromNode(cell)],
  apiserver_endpoint: ({ target }) => [about('api_server', target)],
}

function ratiosOf(cells: readonly Cell[], places: Places): Ratios {
  const ratios = new Map<string, Ratio>()
  for (const cell of cells) {
    for (const { by, accused } of rulesOf[cell.check]?.(cell, places) ?? [])
      count(ratios, `${accused.kind}/${accused.name}/${by}`, accused, cell.ok + cell.failed, cell.failed)
  }
  return ratios
}

function merged(window: readonly Ratios[]): Ratios {
  const sum = new Map<string, Ratio>()
  for (const ratios of window) {
    for (const [key, { accused, asked, failed }] of ratios) count(sum, key, accused, asked, failed)
  }
  return sum
}

function count(ratios: Map<string, Ratio>, key: string, accused: Accused, asked: number, failed: number): void {
  const ratio = ratios.get(key) ?? { accused, asked: 0, failed: 0 }
  ratios.set(key, ratio)
  ratio.asked += asked
  ratio.failed += failed
}
