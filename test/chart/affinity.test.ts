import t from 'tap'

import { at, named, podOf, render, type Values } from './helm.ts'

const exclusion = [
  { key: 'eks.amazonaws.com/compute-type', operator: 'NotIn', values: ['fargate'] },
  { key: 'type', operator: 'NotIn', values: ['virtual-kubelet'] },
]
const wanted = { key: 'pool', operator: 'In', values: ['a'] }
const required = 'requiredDuringSchedulingIgnoredDuringExecution'
const preferred = {
  preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [wanted] } }],
}

t.test('agents stay off nodes that run no DaemonSets', async (t) => {
  t.strictSame(await affinity({}), {
    nodeAffinity: { [required]: { nodeSelectorTerms: [{ matchExpressions: exclusion }] } },
  })
})

t.test('each alternative of the user gets the exclusion, and the rest stays', async (t) => {
  const podAntiAffinity = { [required]: [{ topologyKey: 'kubernetes.io/hostname' }] }
  const nodeSelectorTerms = [{ matchExpressions: [wanted] }, { matchFields: [wanted] }]
  const theirs = { nodeAffinity: { [required]: { nodeSelectorTerms }, ...preferred }, podAntiAffinity }
  t.strictSame(await affinity({ 'agent.affinity': theirs }), {
    nodeAffinity: {
      [required]: {
        nodeSelectorTerms: [
          { matchExpressions: [wanted, ...exclusion] },
          { matchFields: [wanted], matchExpressions: exclusion },
        ],
      },
      ...preferred,
    },
    podAntiAffinity,
  })
})

t.test('preferences alone do not lose it', async (t) => {
  t.strictSame(await affinity({ 'agent.affinity': { nodeAffinity: preferred } }), {
    nodeAffinity: { [required]: { nodeSelectorTerms: [{ matchExpressions: exclusion }] }, ...preferred },
  })
})

async function affinity(values: Values): Promise<unknown> {
  return at(podOf(named(await render(values), 'DaemonSet/meshprobe-agent')), 'spec/affinity')
}
