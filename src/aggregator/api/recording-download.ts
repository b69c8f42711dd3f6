import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

import type { Archive } from '../sources.ts'
import { busy } from './refused-error.ts'
import { takesGzip } from './reply.ts'

/** Each holds some megabytes until its reader has them. */
const downloadsAtMost = 3

/** Sends the recording: as it is kept to whoever takes gzip, else unzipped on the way. */
export function createDownload(archive: Pick<Archive, 'rounds'>) {
  let count = 0
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (count >= downloadsAtMost) throw busy('too many downloads at once; ask again in a few seconds')
    count += 1
    try {
      await send(request, response, await archive.rounds())
    } finally {
      count -= 1
    }
  }
}

async function send(request: IncomingMessage, response: ServerResponse, zipped: Uint8Array): Promise<void> {
  const asIs = takesGzip(request) && zipped.length > 0
  response.writeHead(200, {
    ...{ 'content-type': 'application/x-ndjson', 'cache-control': 'no-cache', vary: 'accept-encoding' },
    'content-disposition': 'attachment; filename="rounds.ndjson"',
    ...(asIs && { 'content-encoding': 'gzip', 'content-length': zipped.length }),
  })
  if (request.method === 'HEAD' || zipped.length === 0) return void response.end()
  const source = Readable.from(slices(zipped))
  if (asIs) await pipeline(source, response)
  else await pipeline(source, createGunzip(), response)
}

/** A part at a time, so that a reader who goes leaves nothing behind. */
function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  const size = 64 * 1024
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
