import { duration, port, text, type ValuesOf } from '../../config/fields.ts'
import type { KubernetesValues } from '../kubernetes-fields.ts'

/** What a watch of the cluster needs beside what discovery needs. */
export const censusFields = {
  agentSelector: text(
    'app.kubernetes.io/name=meshprobe,app.kubernetes.io/component=agent',
    "label selector of the agents' pods",
  ),
  roundsPort: port(7791, 'where agents serve their rounds, when their pod has no port called `metrics`'),
  watchTime: duration(
    '4m',
    { min: '1s', max: '1h' },
    'how long one watch lasts, a fifth more or less; one that is silent for longer is broken off',
  ),
}

export type CensusValues = KubernetesValues & ValuesOf<typeof censusFields>
