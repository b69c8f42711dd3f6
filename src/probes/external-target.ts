import { isIP } from 'node:net'

import { type Field, show, texts } from '../config/fields.ts'
import type { TargetDraft } from './define-probe.ts'
import { readDomainName } from './domain-name.ts'

const expects = 'https://HOST/PATH, http://HOST/PATH, dns:NAME or tcp:HOST:PORT'
const ports: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

type Where = Pick<TargetDraft, 'name' | 'address' | 'port'>

/** How the user writes what is to be probed beyond the cluster. */
export function externalTargets(doc: string): Field<readonly string[]> {
  const list = texts([], doc)
  return {
    ...list,
    expects: `a list of ${expects}`,
    parse(raw) {
      const written = list.parse(raw)
      const odd = written.find((item) => readExternal(item) === undefined)
      if (odd !== undefined) throw new RangeError(`expected ${expects}, got ${show(odd)}`)
      return written
    },
  }
}

/** What one of them asks for, called as it is written; undefined when it cannot be read. */
export function readExternal(name: string): Where | undefined {
  const found = readUrl(name) ?? readDns(name) ?? readTcp(name)
  return found && { name, ...found }
}

function readUrl(written: string): Omit<Where, 'name'> | undefined {
  const url = /^https?:\/\//.test(written) ? URL.parse(written) : null
  // Names of targets are labels of metrics: no place for a password.
  if (url === null || url.username !== '' || url.password !== '') return undefined
  const address = hostIn(url.hostname)
  return address === undefined ? undefined : { address, port: Number(url.port || ports[url.protocol]) }
}

function readDns(written: string): Omit<Where, 'name'> | undefined {
  const [, host = ''] = /^dns:(.+)$/.exec(written) ?? []
  const address = isIP(host) === 0 ? readDomainName(host) : undefined
  return address === undefined ? undefined : { address, port: 53 }
}

function readTcp(written: string): Omit<Where, 'name'> | undefined {
  const [, host = '', port = ''] = /^tcp:(.+):(\d{1,5})$/.exec(written) ?? []
  const address = hostIn(host)
  if (address === undefined || Number(port) < 1 || Number(port) > 65_535) return undefined
  return { address, port: Number(port) }
}

/** An IP address, that of version 6 in brackets, or a name. */
function hostIn(written: string): string | undefined {
  const [, bracketed = ''] = /^\[(.+)\]$/.exec(written) ?? []
  if (isIP(bracketed) === 6) return bracketed
  return isIP(written) === 4 ? written : readDomainName(written)
}
