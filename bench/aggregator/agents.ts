/**
 * Thousands of agents as an aggregator sees them, in one process: real HTTP with tokens, long polls and gzip.
 *
 *     node bench/aggregator/agents.ts NODES SETTINGS_FILE
 *
 * Writes the settings of an aggregator that follows them, then says `ready`; a line of JSON with what was served every
 * round. Agents close their rounds within half a second, for their slots begin at different times.
 */
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'

import { isPullToken, roundsPath } from '../../src/model/pull.ts'
import { roundsKept } from '../../src/model/round.ts'
import { createKeyring } from '../../src/probes/keyring.ts'
import { indexOf, keyBytes, roundSeconds, roundsPort } from './addresses.ts'
import { settingsFor } from './settings.ts'
import { templatesFor, told } from './templates.ts'

const [count = '1000', settingsFile = ''] = process.argv.slice(2)
const nodes = Number(count)
const roundMs = roundSeconds * 1000
const spreadMs = 500
const pollMs = 30_000
const keyring = createKeyring([keyBytes])
const templates = templatesFor(nodes)
writeFileSync(settingsFile, JSON.stringify(settingsFor(templates)))

interface Poller {
  readonly response: ServerResponse
  readonly after: number
  readonly timer: NodeJS.Timeout
}

/** The round in which we begin. */
const began = roundNow()
/** By agent, the round it has closed last. */
const closed = new Int32Array(nodes).fill(began - 1)
const polling = new Map<number, Poller>()
/** By round since the start, then by agent; and all rounds of before, by agent. */
const packed = new Map<number, readonly Buffer[]>()
const past = Array.from({ length: nodes }, (_, agent) => pastOf(agent))
const served = { polls: 0, rounds: 0, bytes: 0, opened: 0, refused: 0 }

const server = createServer({ keepAliveTimeout: 60_000 }, answer)
server.on('connection', () => {
  served.opened += 1
})
server.listen(roundsPort, '0.0.0.0', 8192, () => {
  for (let round = began; round <= roundNow(); round++) prepare(round)
  closed.fill(roundNow() - 1)
  nextRound()
  console.log('ready')
})

function answer(request: IncomingMessage, response: ServerResponse): void {
  const agent = indexOf(request.socket.localAddress ?? '')
  const { searchParams } = new URL(request.url ?? '/', 'http://agent')
  const token = (request.headers.authorization ?? '').replace('Bearer ', '')
  if (!isPullToken(keyring, token, roundsPath, templates.peers[agent]?.podUid ?? '', Date.now())) {
    served.refused += 1
    response.writeHead(401).end()
    return
  }
  served.polls += 1
  const isKnown = searchParams.get('boot') === 'bench'
  const after = isKnown ? Number(searchParams.get('after')) : (closed[agent] ?? 0) - roundsKept
  if (after < (closed[agent] ?? 0)) {
    send(agent, after, response)
    return
  }
  const timer = setTimeout(() => send(agent, after, response), pollMs)
  polling.set(agent, { response, after, timer })
  response.once('close', () => clearTimeout(timer))
}

function send(agent: number, after: number, response: ServerResponse): void {
  polling.delete(agent)
  const last = closed[agent] ?? 0
  const body = bodyOf(agent, after, last)
  served.rounds += last - after
  served.bytes += body.length
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' }).end(body)
}

/** Members of gzip, one after another: packed beforehand, for real agents have a processor each. */
function bodyOf(agent: number, after: number, last: number): Buffer {
  const parts = after < began - 1 ? [past[agent]] : []
  for (let round = Math.max(began, after + 1); round <= last; round++) parts.push(packed.get(round)?.[agent])
  return Buffer.concat(parts.map((part) => part ?? gzipSync('')))
}

function pastOf(agent: number): Buffer {
  const lines = Array.from({ length: roundsKept }, (_, i) => lineOf(agent, began - roundsKept + i))
  return gzipSync(lines.join(''), { level: 1 })
}

function lineOf(agent: number, round: number): string {
  const { rounds } = templates
  return told(rounds[round % rounds.length]?.[agent] ?? '', round)
}

/** Packs what will be told at the end of a round while there is time. */
function prepare(round: number): void {
  const lines: Buffer[] = []
  packed.set(round, lines)
  packed.delete(round - roundsKept)
  const work = () => {
    const end = Math.min(nodes, lines.length + 100)
    while (lines.length < end) lines.push(gzipSync(lineOf(lines.length, round)))
    if (lines.length < nodes) setTimeout(work, 15)
  }
  work()
}

function nextRound(): void {
  const round = roundNow()
  const endMs = (round + 1) * roundMs
  setTimeout(() => close(round), Math.max(0, endMs - Date.now()))
}

/** In fifty portions, one after another. */
function close(round: number, portion = 0): void {
  const portions = 50
  for (let agent = portion; agent < nodes; agent += portions) {
    closed[agent] = round
    const poller = polling.get(agent)
    if (poller === undefined) continue
    clearTimeout(poller.timer)
    send(agent, poller.after, poller.response)
  }
  if (portion + 1 < portions) {
    setTimeout(() => close(round, portion + 1), spreadMs / portions)
    return
  }
  console.log(JSON.stringify({ round, ...served, polling: polling.size }))
  prepare(round + 1)
  setTimeout(nextRound, 1000)
}

function roundNow(): number {
  return Math.floor(Date.now() / roundMs)
}
