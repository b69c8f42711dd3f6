import { connect, isIPv6, type Socket } from 'node:net'

import { PullError, pullReason } from '../pull-reason.ts'
import { type Answer, type AnswerReader, createAnswerReader } from './answer-reader.ts'

export interface ConnectionOptions {
  readonly host: string
  readonly port: number
  readonly connectMs: number
  /** From the question to the last byte of its answer. */
  readonly answerMs: number
  readonly bodyAtMost: number
}

/**
 * One kept-alive connection to an HTTP server, made when it is needed. A hand-written one: thousands of them wait for an
 * answer at any moment, and each takes 6 kB here, 40 of `node:http`, 60 of undici.
 */
export interface Connection {
  isOpen(): boolean
  /** Opens it, unless it is open. Rejects with what the network did. */
  open(signal: AbortSignal): Promise<void>
  /** One question at a time. Rejects with what the network did, or a PullError. */
  get(path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer>
  close(): void
}

/** Who waits for the answer on a socket. */
interface Asking {
  readonly reader: AnswerReader
  readonly settle: (outcome: Answer | { readonly error: unknown }) => void
}

export function createConnection(options: ConnectionOptions): Connection {
  const { host, port, answerMs, bodyAtMost } = options
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`
  let socket: Socket | undefined
  let asking: Asking | undefined

  function drop(error: unknown): void {
    socket?.destroy()
    socket = undefined
    asking?.settle({ error })
  }

  /** Words that nobody asked for end it: the next answer could not be told from them. */
  function hear(read: (reader: AnswerReader) => Answer | undefined, isOver: boolean): void {
    try {
      const answer = asking && read(asking.reader)
      if (answer !== undefined) asking?.settle(answer)
      if (isOver || answer?.keepsAlive === false || (answer === undefined && asking === undefined)) drop(endedEarly())
    } catch (error) {
      drop(error)
    }
  }

  function follow(opened: Socket): void {
    socket = opened
    const end = () => {
      if (socket === opened) hear((reader) => reader.end(), true)
    }
    opened.on('end', end)
    opened.on('close', end)
    opened.on('error', (error) => {
      if (socket === opened) drop(error)
    })
  }

  async function open(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (socket !== undefined) return
    const made = await opened(options, signal, (bytes) => {
      if (socket === made) hear((reader) => reader.read(bytes), false)
    })
    follow(made)
  }

  function ask(question: string, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const late = () => drop(new PullError('timeout', `no answer within ${answerMs / 1000} s`))
      const timer = setTimeout(late, answerMs)
      const abort = () => drop(signal.reason)
      signal.addEventListener('abort', abort, { once: true })
      asking = {
        reader: createAnswerReader(bodyAtMost),
        settle(outcome) {
          clearTimeout(timer)
          signal.removeEventListener('abort', abort)
          asking = undefined
          if ('error' in outcome) reject(outcome.error)
          else resolve(outcome)
        },
      }
      socket?.write(question)
    })
  }

  return {
    isOpen: () => socket !== undefined,
    open,
    async get(path, headers, signal) {
      const lines = Object.entries({ host: authority, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
      const question = `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
      const isReused = socket !== undefined
      await open(signal)
      try {
        return await ask(question, signal)
      } catch (error) {
        // A server may end an idle connection at the very moment of the next question, and has not heard it then.
        if (!isReused || pullReason(error) !== 'reset' || signal.aborted) throw error
      }
      await open(signal)
      return ask(question, signal)
    },
    close: () => drop(endedEarly()),
  }
}

function endedEarly(): PullError {
  return new PullError('reset', 'the connection ended without an answer')
}

/** Whatever arrives on any connection is read into this, and copied: 64 kB for each read would tear the memory to bits. */
const arriving = Buffer.alloc(64 * 1024)

type Listen = (bytes: Buffer) => void

function opened({ host, port, connectMs }: ConnectionOptions, signal: AbortSignal, onBytes: Listen): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const callback = (length: number) => {
      onBytes(Buffer.from(arriving.subarray(0, length)))
      return true
    }
    const socket = connect({ host, port, noDelay: true, onread: { buffer: arriving, callback } })
    const settle = (act: () => void) => () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      socket.removeAllListeners()
      act()
    }
    const fail = (error: unknown) =>
      settle(() => {
        socket.on('error', () => {})
        socket.destroy()
        reject(error)
      })()
    const timer = setTimeout(
      () => fail(new PullError('timeout', `no connection within ${connectMs / 1000} s`)),
      connectMs,
    )
    const abort = () => fail(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    socket.once('error', fail)
    socket.once(
      'connect',
      settle(() => resolve(socket)),
    )
  })
}
