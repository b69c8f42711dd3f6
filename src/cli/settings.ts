import { choice, duration, type Fields, filledBy, flag, port, text, texts } from '../config/fields.ts'
import type { SettingsValues } from '../config/settings.ts'
import { kubernetesFields } from '../discovery/kubernetes-fields.ts'
import { staticFields } from '../discovery/static-fields.ts'
import * as kinds from '../probes/kinds.ts'
import { aggregatorFields } from './aggregator-fields.ts'

/** Every setting of the program. A check brings its own; a new one edits nothing here. */
export const settings = {
  cluster: text('default', 'name of the cluster; agents of another cluster are strangers'),
  node: filledBy('NODE_NAME', text('', "our node's name; empty: the host name")),
  zone: filledBy('NODE_ZONE', text('', "our node's zone; empty when unknown")),
  podUid: filledBy('POD_UID', text('', "our pod's UID; empty outside a cluster")),
  podName: filledBy('POD_NAME', text('', "our pod's name; empty: the host name")),
  podIps: filledBy('POD_IPS', texts([], "our pod's addresses, one a family; empty lets the kernel choose")),
  hostIp: filledBy('HOST_IP', text('', "our node's own address; empty when unknown")),
  round: duration('10s', { min: '5s', max: '30s' }, 'every target is asked once in this time'),
  slot: duration('500ms', { min: '100ms', max: '1s' }, 'probes of a round are sent in portions this far apart'),
  warmup: duration(
    '30s',
    { min: '0ms', max: '5m' },
    'failures at the start count only after a good round or this time',
  ),
  drain: duration('15s', { min: '0ms', max: '5m' }, 'a stopping agent goes on answering for this time'),
  listen: {
    addresses: texts([], 'addresses where probes are answered; empty: all'),
    port: port(7790, 'port where probes are answered, by TCP and UDP; 0 takes a free one'),
  },
  metrics: {
    addresses: texts([], 'addresses of metrics, health and rounds; empty: all'),
    port: port(7791, 'port of metrics, health and rounds; 0 takes a free one'),
  },
  local: {
    port: port(7792, 'port on the loopback where rounds are read without a key, by who may forward ports; 0: none'),
  },
  unread: {
    events: flag(
      false,
      'whether an agent tells in an Event of its pod whom it cannot reach, while no aggregator reads it',
    ),
  },
  keys: {
    files: texts([], 'files of the mesh key: the first signs, all are accepted; empty: this process alone'),
  },
  discovery: {
    kind: choice(['kubernetes', 'static'], 'kubernetes', 'who tells where the peers and shared targets are'),
    kubernetes: kubernetesFields,
    static: staticFields,
  },
  aggregator: aggregatorFields,
  checks: Object.fromEntries(Object.values(kinds).map(({ check, fields }): [string, Fields] => [check, fields])),
}

export type Values = SettingsValues<typeof settings>
