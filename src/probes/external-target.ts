import { isIP } from 'node:net'

import { type Field, show, texts } from '../config/fields.ts'
import { familyOf } from '../model/peer.ts'
import type { TargetDraft } from './define-probe.ts'

const expected = 'expected https://…, http://…, dns:NAME or tcp:HOST:PORT'
const dnsPort = 53

/** How the user writes what is to be probed beyond the cluster. */
export function externalTargets(doc: string): Field<readonly string[]> {
  const list = texts([], doc)
  return {
    ...list,
    parse(raw) {
      const written = list.parse(raw)
      for (const text of written) {
        if (readExternal(text) === undefined) throw new RangeError(`${expected}, got ${show(text)}`)
      }
      return written
    },
  }
}

/** What one of them asks for; undefined when it cannot be read. */
export function readExternal(text: string): Pick<TargetDraft, 'name' | 'address' | 'port' | 'family'> | undefined {
  const [, scheme = '', rest = ''] = /^(https?|dns|tcp):(.+)$/.exec(text) ?? []
  if (scheme === 'dns') return /^[\w.-]{1,253}$/.test(rest) ? at(text, rest, dnsPort) : undefined
  if (scheme === 'tcp') {
    const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(rest) ?? []
    const bare = host.replace(/^\[(.*)\]$/, '$1')
    const isHost = isIP(bare) !== 0 || /^[\w.-]{1,253}$/.test(bare)
    return isHost && Number(port) > 0 && Number(port) < 65_536 ? at(text, bare, Number(port)) : undefined
  }
  if (scheme === '' || !URL.canParse(text)) return undefined
  const { hostname, port, protocol } = new URL(text)
  return at(text, hostname.replace(/^\[(.*)\]$/, '$1'), Number(port) || (protocol === 'https:' ? 443 : 80))
}

function at(name: string, address: string, port: number) {
  return { name, address, port, family: familyOf(address) }
}
