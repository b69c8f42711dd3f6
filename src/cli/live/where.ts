import type { Environment } from '../../config/environment-source.ts'
import type { Given, Option } from '../command.ts'
import { wholeNumber } from '../number-option.ts'
import { UsageError } from '../usage-error.ts'

/** Whom a command asks about a living cluster, and how it gets there. */
export interface Where {
  /** `proxy` goes over to `forward` when the aggregator wants to know who asks. */
  readonly way: 'url' | 'proxy' | 'forward' | 'direct'
  readonly url: string
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
  readonly namespace: string
  readonly service: string
  /** Of the pods' loopback; undefined is the usual one of an agent or an aggregator. */
  readonly localPort: number | undefined
  readonly env: Environment
}

const namespace = 'meshprobe'
const service = 'meshprobe-aggregator'
const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/** Of every command that asks a living cluster. */
export const whereOptions: readonly Option[] = [
  { name: 'url', value: 'URL', doc: 'an aggregator that can be reached without the API server, as that of the demo' },
  { name: 'kubeconfig', value: 'FILE', doc: 'else KUBECONFIG names the files, else it is ~/.kube/config' },
  { name: 'context', value: 'NAME', doc: 'of the kubeconfig; else the current one' },
  { name: 'namespace', short: 'n', value: 'NAME', doc: `where it is installed; ${namespace}` },
  { name: 'service', value: 'NAME', doc: `Service of the aggregator; ${service}` },
  { name: 'port-forward', doc: "through a port of the aggregator's pod; done anyway when it asks who you are" },
  { name: 'local-port', value: 'PORT', doc: "on the pods' loopback; 7794 of an aggregator, 7792 of agents" },
  { name: 'direct', doc: 'without an aggregator: reads the last rounds of every agent, and judges them here' },
]

/** Throws a UsageError for ways that exclude each other and names that nothing can have. */
export function whereFrom(given: Given, env: Environment): Where {
  const ways = ['url', 'port-forward', 'direct'].filter((option) => given.has(option))
  if (ways.length > 1) throw new UsageError(`expected one of ${ways.map((way) => `--${way}`).join(' and ')}, got both`)
  return {
    way: given.has('url') ? 'url' : given.has('port-forward') ? 'forward' : given.has('direct') ? 'direct' : 'proxy',
    url: urlIn(given),
    kubeconfig: given.value('kubeconfig'),
    context: given.value('context'),
    namespace: nameIn(given, 'namespace', namespace),
    service: nameIn(given, 'service', service),
    localPort: given.has('local-port') ? wholeNumber(given, 'local-port', 0, { min: 1, max: 65_535 }) : undefined,
    env,
  }
}

function urlIn(given: Given): string {
  const written = given.value('url')
  if (written === undefined) return ''
  const url = URL.parse(written)
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href.replace(/[?#].*$/, '').replace(/\/+$/, '')
  throw new UsageError(`--url: expected http://HOST:PORT, got "${written}"`)
}

function nameIn(given: Given, option: string, fallback: string): string {
  const name = given.value(option) ?? fallback
  if (dnsLabel.test(name)) return name
  throw new UsageError(`--${option}: expected a name as Kubernetes has them, got "${name}"`)
}
