import { apiPaths, type PairAnswer } from '../../../model/api.ts'
import { isAbout } from '../../archive/naming.ts'
import { decoded, pairNames } from '../pair-names.ts'
import { RefusedError } from '../refused-error.ts'
import { defineRoute } from '../route.ts'

const findingsAtMost = 100

export const pair = defineRoute({
  path: `${apiPaths.pairs}/{source}/{target}`,
  doc: 'Everything between two nodes, or a node and a shared target, both ways, over the last rounds.',
  names: {
    source: 'a node, or a shared target such as `kube-system%2Fcoredns-abc`',
    target: 'a node, or a shared target; one of the two has to be a node',
  },
  parameters: {},
  schema: 'PairAnswer',
  async answer(_, { live, archive, rest }): Promise<PairAnswer> {
    for (const [source, target] of pairNames(rest)) {
      const paths = await archive.pair(source, target)
      if (paths === undefined) continue
      const findings = live.findings().filter((finding) => isAbout(finding, source) || isAbout(finding, target))
      return { standing: live.standing(), source, target, paths, findings: findings.slice(0, findingsAtMost) }
    }
    const asked = JSON.stringify(decoded(rest).slice(0, 120))
    throw new RefusedError(404, `expected two names of the cluster, one of them a node; got ${asked}`)
  },
})
