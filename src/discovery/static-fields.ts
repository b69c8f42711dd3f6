import { isIP } from 'node:net'

import { type Field, flag, integer, port, show, text, texts, type ValuesOf } from '../config/fields.ts'
import { sections } from '../config/sections.ts'

const address = {
  name: text('', 'what its cell is called'),
  ip: ip('its address'),
  port: port(0, 'where it answers'),
}

/** Who and what there is, written down: for tests, the bench and machines without an API server. */
export const staticFields = {
  peers: unlike(
    'node',
    required(
      ['node', 'ips', 'port'],
      sections(
        {
          node: text('', 'name of the node'),
          zone: text('', 'zone of the node'),
          podUid: text('', "UID of the agent's pod; empty when unknown"),
          ips: ips('where the agent answers: one address a family'),
          port: port(0, 'where the agent answers probes'),
          roundsPort: port(7791, 'where the agent serves its rounds, on the first of its addresses'),
          hostIps: ips('addresses of the node itself: one a family'),
          hostPort: port(10_250, 'where something on the node answers TCP'),
        },
        'every agent, ourselves included',
      ),
    ),
  ),
  dnsReplicas: addresses('DNS servers one by one'),
  dnsServices: addresses('the address that spreads over the DNS servers'),
  dnsNodeLocal: addresses('the DNS cache on the node'),
  clusterIps: addresses('the virtual address of the agents'),
  nodePort: integer(0, { min: 0, max: 65_535 }, 'the NodePort of the agents; 0: none'),
  loadBalancers: required(
    ['name', 'ip', 'port'],
    sections(
      { ...address, observable: flag(true, 'false when connections from inside never reach it') },
      'load balancers in front of the agents',
    ),
  ),
  ingressAddresses: addresses('addresses of the ingress'),
  ingressReplicas: addresses('ingress controllers one by one'),
  apiServices: addresses('the virtual address of the API server'),
  apiEndpoints: addresses('API servers one by one'),
}

export type StaticValues = ValuesOf<typeof staticFields>

function addresses(doc: string) {
  return required(['name', 'ip', 'port'], sections(address, doc))
}

function ip(doc: string): Field<string> {
  return {
    ...text('', doc),
    parse(raw) {
      if (typeof raw === 'string' && isIP(raw) !== 0) return raw
      throw new RangeError(`expected an IP address, got ${show(raw)}`)
    },
  }
}

function ips(doc: string): Field<readonly string[]> {
  const list = texts([], doc)
  const one = ip(doc)
  return { ...list, parse: (raw) => list.parse(raw).map((item) => one.parse(item)) }
}

/** Rows in which none of `names` may be left out. */
function required<Row extends object>(names: readonly (keyof Row & string)[], rows: Field<readonly Row[]>) {
  const { items } = rows.schema
  return {
    ...rows,
    schema: { ...rows.schema, items: { ...(typeof items === 'object' && items), required: names } },
    parse(raw: unknown) {
      const read = rows.parse(raw)
      for (const [index, row] of read.entries()) {
        const missing = names.find((name) => ['', '0'].includes(String(row[name])))
        if (missing !== undefined) throw new RangeError(`item ${index}: expected ${missing}, got none`)
      }
      return read
    },
  }
}

/** Rows of which no two share `name`. */
function unlike<Name extends string, Row extends Readonly<Record<Name, string>>>(
  name: Name,
  rows: Field<readonly Row[]>,
) {
  return {
    ...rows,
    parse(raw: unknown) {
      const read = rows.parse(raw)
      const seen = new Set<string>()
      for (const [index, { [name]: value }] of read.entries()) {
        if (seen.has(value)) throw new RangeError(`item ${index}: expected another ${name}, got ${show(value)} twice`)
        seen.add(value)
      }
      return read
    },
  }
}
