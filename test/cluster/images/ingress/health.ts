import { createServer, get } from 'node:http'

import { nginxStatusPort } from './nginx-conf.ts'

const healthPort = 10254

/** Answers `/healthz`: well when nginx answers and `isReady` says so. */
export function serveHealth(isReady: () => boolean): void {
  const server = createServer(async (_request, response) => {
    const well = isReady() && (await nginxAnswers())
    response.writeHead(well ? 200 : 503).end(well ? 'ok\n' : 'not ready\n')
  })
  server.listen(healthPort)
}

function nginxAnswers(): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port: nginxStatusPort, timeout: 1000 }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.once('timeout', () => request.destroy()).once('error', () => resolve(false))
  })
}
