import t from 'tap'

import { agents, dnsReplicas, nodePort, services } from '../../src/demo/topology.ts'
import { readFault } from '../../src/demo/written-fault.ts'
import { connecting, echoed, endpoint, openCluster, placeIn } from './cluster.ts'

const pod = (name: string) => placeIn(agents, name)

t.test('where only 127.0.0.1 exists, places are told apart by port', async (t) => {
  const cluster = await openCluster(false)
  t.teardown(cluster.close)
  const reached = [endpoint(pod('node-3')), endpoint(placeIn(dnsReplicas, 'dns-1')), endpoint(services.own)]
  for (const to of [...reached, { address: '127.0.2.3', port: nodePort }]) {
    t.equal(await connecting(cluster, pod('node-1'), to), 'reached 127.0.0.1')
  }
  t.equal(await echoed(cluster, pod('node-1'), endpoint(pod('node-3'))), 'echo from 127.0.1.3:7790', 'as by the plan')
  cluster.faults.set(readFault('pod_network_cut=node-3'))
  t.equal(await connecting(cluster, pod('node-1'), endpoint(pod('node-3'))), 'silence')
  t.equal(await echoed(cluster, pod('node-1'), endpoint(pod('node-3'))), 'silence')
  t.match(await echoed(cluster, pod('node-1'), endpoint(pod('node-4'))), 'echo')
})
