import { createServer } from 'node:https'

import { certificate, privateKey } from '../certificate.ts'
import { listenOn, type Running } from './listener.ts'
import type { ServiceParts } from './service-parts.ts'

const wellKnown = ['/readyz', '/livez', '/healthz']

/** An API server as far as a probe sees one: TLS, and a word on its health without asking who asks. */
export function openApiServer({ ip, port }: ServiceParts): Promise<Running> {
  const server = createServer({ key: privateKey, cert: certificate }, ({ url = '' }, response) => {
    const [path = ''] = url.split('?')
    const status = wellKnown.includes(path) ? 200 : 401
    response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(status === 200 ? 'ok' : '')
  })
  return listenOn(server, ip, port)
}
