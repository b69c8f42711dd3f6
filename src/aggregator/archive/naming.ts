import type { Finding } from '../../model/finding.ts'

/** Whether a finding is about the node or shared target of that name, alone or as one end of a pair. */
export function isAbout({ entity: { kind, name, endpoint } }: Finding, asked: string): boolean {
  if (kind === 'pair') return name.split(/[>|]/).includes(asked)
  return kind !== 'zone' && kind !== 'zone_pair' && (name === asked || endpoint === asked)
}
