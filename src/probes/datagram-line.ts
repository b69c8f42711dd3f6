import type { IpFamily } from '../model/check.ts'
import type { Datagrams, Endpoint, Transport } from './transport.ts'

/** A datagram socket over which conversations go on: each hears everything and takes what is its own. */
export interface Line {
  readonly socket: Datagrams
  readonly hearing: Set<Hearer>
}

export interface Hearer {
  message(bytes: Buffer, from: Endpoint): void
  error(error: Error): void
}

/** The same few source ports for a process's whole life. */
export interface FixedLines {
  /** Hands `talk` the line of a port; its socket is open while anybody talks. */
  over<T>(which: { readonly family: IpFamily; readonly slot: number }, talk: (line: Line) => Promise<T>): Promise<T>
}

export function openLine(transport: Transport, family: IpFamily): Line {
  const hearing = new Set<Hearer>()
  const socket = transport.openUdp(family)
  socket.on('message', (bytes, from) => {
    for (const hearer of hearing) hearer.message(bytes, from)
  })
  socket.on('error', (error) => {
    for (const hearer of hearing) hearer.error(error)
  })
  return { socket, hearing }
}

interface Slot {
  /** 0 until the kernel has chosen one. */
  port: number
  users: number
  line?: Promise<Line>
}

/** The ports stay, the sockets do not: so a probe lets go of everything it holds, and the flow is still the same. */
export function createFixedLines(transport: Transport): FixedLines {
  const slots = new Map<string, Slot>()
  return {
    async over({ family, slot: number }, talk) {
      const key = `${family}/${number}`
      const slot = slots.get(key) ?? { port: 0, users: 0 }
      slots.set(key, slot)
      slot.users++
      slot.line ??= bindLine(transport, family, slot.port)
      let line: Line | undefined
      try {
        line = await slot.line
        slot.port = line.socket.address().port
        return await talk(line)
      } finally {
        slot.users--
        if (slot.users === 0) {
          delete slot.line
          line?.socket.close()
        }
      }
    },
  }
}

/** Binds the port, or any other when somebody has taken it meanwhile. */
async function bindLine(transport: Transport, family: IpFamily, port: number): Promise<Line> {
  try {
    return await bound(openLine(transport, family), port)
  } catch (error) {
    if (port === 0) throw error
    return await bound(openLine(transport, family), 0)
  }
}

function bound(line: Line, port: number): Promise<Line> {
  return new Promise((resolve, reject) => {
    const error = (cause: Error) => {
      line.hearing.clear()
      line.socket.close()
      reject(cause)
    }
    line.hearing.add({ message: ignore, error })
    line.socket.on('listening', () => {
      line.hearing.clear()
      resolve(line)
    })
    line.socket.bind({ port })
  })
}

function ignore(): void {}
