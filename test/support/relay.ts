import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Passes connections on to a port of this machine, until it is told not to. */
export interface Relay {
  readonly port: number
  /** Takes connections and bytes, and passes nothing on: as a network that loses everything, or a frozen server. */
  freeze(): void
  /** Resets what is open and refuses what comes. */
  cut(): void
  heal(): void
  close(): Promise<void>
}

export async function openRelay(to: number): Promise<Relay> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let state: 'open' | 'frozen' | 'cut' = 'open'
  const server = createServer((near) => {
    near.on('error', () => {})
    if (state === 'cut') return void near.resetAndDestroy()
    const far = connect(to, '127.0.0.1')
    const pair = [near, far] as const
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    far.on('error', end)
    far.on('close', end)
    near.on('close', end)
    pass(near, far)
    pass(far, near)
  })

  function pass(from: Socket, into: Socket): void {
    // What is frozen is lost for good, as it is when a node dies.
    from.on('data', (bytes) => state === 'open' && into.writable && into.write(bytes))
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    freeze() {
      state = 'frozen'
    },
    cut() {
      state = 'cut'
      for (const [near] of pairs) near.resetAndDestroy()
    },
    heal() {
      state = 'open'
      // A stream with a hole in it is of no use to anybody.
      for (const [near] of pairs) near.resetAndDestroy()
    },
    async close() {
      server.close()
      for (const [near, far] of pairs) {
        near.destroy()
        far.destroy()
      }
      await once(server, 'close')
    },
  }
}
