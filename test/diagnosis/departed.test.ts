import t from 'tap'
import { createDeparted } from '../../src/diagnosis/departed.ts'
import type { ViewLine } from '../../src/model/recording.ts'
import { altered } from './altered.ts'
import { type Drawing, diagnosed } from './drawn.ts'

const view = (...ips: readonly (string | undefined)[]): ViewLine => ({
  ...{ kind: 'view', round: 0, viewHash: '', replicas: [] },
  nodes: ips.map((ip, at) => ({
    ...{ node: `n${at + 1}`, zone: 'a', podUid: ip ?? '', ready: true, cordoned: false },
    ...(ip !== undefined && { ip }),
  })),
})

t.test('old entries of a kube-proxy are told with the endpoints that have gone', async (t) => {
  const addressed = ({ nodes }: ViewLine, isNew: (node: string) => boolean) => ({
    nodes: nodes.map((row) => ({ ...row, ip: `10.0.${isNew(row.node) ? 1 : 0}.${row.node.slice(1)}` })),
  })
  const stale: Drawing = {
    round: (round) =>
      altered(round, ({ check }) =>
        round.node === 'n4' && check === 'dns_service' && round.round % 2 === 0 ? 'timeout' : undefined,
      ),
    view: (line) => addressed(line, (node) => node === 'n7' || node === 'n8'),
  }
  const before: Drawing = { view: (line) => addressed(line, () => false) }
  const [, found = []] = diagnosed([
    [10, before],
    [24, stale],
  ])
  t.match(found, [{ fault: 'kube_proxy', text: /; endpoints that are gone meanwhile: 10\.0\.0\.7, 10\.0\.0\.8$/ }])
})

t.test('an address that is given again is not gone, nor is one of long before', async (t) => {
  const departed = createDeparted()
  departed.noteView(view('a', 'b', 'c', 'd', 'e', 'f'), 1)
  t.equal(departed.wordsOf('kube_proxy', 1), '')
  departed.noteView(view(undefined, 'b', 'c', 'd', 'e', 'f'), 2)
  t.match(departed.wordsOf('kube_proxy', 2), /: a$/, 'while no pod has followed')
  departed.noteView(view('g', 'a', 'c', 'd', 'e', 'f'), 3)
  t.match(departed.wordsOf('kube_proxy', 8), /: b$/)
  t.equal(departed.wordsOf('kube_proxy', 10), '')
  t.equal(departed.wordsOf('node_down', 3), '', 'of what is no old entry it says nothing')
  departed.noteView(view('g', 'a', 'h', 'i', 'j', 'k'), 4)
  t.match(departed.wordsOf('service_stale', 4), /: c, d, e and 2 more$/, 'of an earlier rollout last')
})
