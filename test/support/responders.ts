import type { Test } from 'tap'

import type { Datagram } from '../../src/model/received.ts'
import type { Identity } from '../../src/model/result.ts'
import { createKeyring } from '../../src/probes/keyring.ts'
import { openResponder, type ResponderOptions } from '../../src/probes/responder.ts'
import { systemTransport } from '../../src/probes/transport.ts'
import { meshKey } from './ask.ts'

export const node2: Identity = {
  cluster: 'test',
  node: 'node-2',
  zone: 'zone-a',
  hostIp: '10.0.0.2',
  podUid: 'uid-node-2',
  bootId: 'boot-2',
  draining: false,
}

/** The answering half of an agent on `node-2`; gone when the test ends. */
export async function respond(t: Test, overrides: Partial<ResponderOptions> = {}) {
  const datagrams: Datagram[] = []
  const responder = await openResponder({
    addresses: ['127.0.0.1'],
    port: 0,
    transport: systemTransport({ from: [] }),
    keyring: createKeyring([meshKey]),
    identity: () => node2,
    onDatagram: (datagram) => datagrams.push(datagram),
    ...overrides,
  })
  let closing: Promise<void> | undefined
  const close = () => (closing ??= responder.close())
  t.teardown(close)
  return { port: responder.port, datagrams, close }
}
