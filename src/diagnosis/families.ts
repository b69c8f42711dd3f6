import type { IpFamily } from '../model/check.ts'
import type { Finding } from '../model/finding.ts'

/** A finding, and over which family it was made. */
export interface Told {
  readonly finding: Finding
  readonly family: IpFamily
}

/** What both families say of one entity is told once, by the one that said it first; what one says is told with its name. */
export function toldOnce(told: readonly Told[]): readonly Finding[] {
  return [...Map.groupBy(withoutEchoes(told), placeOf).values()].flatMap((of) => {
    const [first] = of.toSorted((a, b) => (a.finding.since < b.finding.since ? -1 : 1))
    const own = of.filter(({ family }) => family === first?.family)
    // An agent that starves does over both.
    const isWhole = own.length < of.length || first?.finding.fault === 'agent_slow'
    return own.map(({ finding, family }) =>
      isWhole ? finding : { ...finding, text: `${finding.text} (over IPv${family})` },
    )
  })
}

/** That an agent starves is said beside what is wrong with its node. */
function placeOf({ finding: { fault, entity } }: Told): string {
  return `${fault === 'agent_slow' ? 'agent' : entity.kind}/${entity.endpoint ?? entity.name}`
}

/** A request that came over one family may be handed on over the other: where that one is broken, a share of it fails. */
function withoutEchoes(told: readonly Told[]): readonly Told[] {
  const broken = told.filter(({ finding }) => isNetwork(finding))
  return told.filter(({ finding, family }) => {
    const isShare = finding.severity < 0.5 && (finding.entity.kind === 'service' || finding.entity.kind === 'ingress')
    return !isShare || broken.every((other) => other.family === family)
  })
}

function isNetwork({ entity: { kind } }: Finding): boolean {
  return kind === 'node' || kind === 'zone' || kind === 'zone_pair'
}
