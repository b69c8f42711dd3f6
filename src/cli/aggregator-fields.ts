import { duration, flag, integer, port, text, texts } from '../config/fields.ts'
import { censusFields } from '../discovery/watch/census-fields.ts'

/** What only an aggregator needs. */
export const aggregatorFields = {
  listen: {
    addresses: texts([], 'addresses of the API, metrics and health; empty: all'),
    port: port(7793, 'port of the API, metrics and health; 0 takes a free one'),
  },
  local: {
    port: port(7794, 'port of the API on the loopback, without auth, for who may forward ports to us; 0: none'),
  },
  census: censusFields,
  history: {
    directory: text('', 'where findings and matrices are kept over days; empty: nowhere'),
    keep: duration('168h', { min: '1h', max: '8760h' }, 'what is older is thrown away'),
    mebibytes: integer(512, { min: 1, max: 1_048_576 }, 'what it takes on the disk at most, in MiB'),
  },
  lease: {
    enabled: flag(true, 'whether the replicas elect who writes to Kubernetes; without it every one does'),
    name: text('meshprobe-aggregator', 'the Lease by which they elect, in our namespace'),
  },
  events: {
    enabled: flag(true, 'whether findings are told as Events of the objects that they are about'),
    deployment: text('meshprobe-aggregator', 'our own Deployment: what is no object, such as a zone, is told there'),
  },
  nodeCondition: { enabled: flag(false, 'whether findings about nodes are told as conditions of the Node') },
  canary: { enabled: flag(true, 'whether the backends of the canary Service are changed every half minute') },
  auth: {
    enabled: flag(false, 'whether who reads the API needs a token, which Kubernetes is asked about'),
    service: text('meshprobe-aggregator', 'our own Service: who may `get services/proxy` of it may read'),
  },
}
