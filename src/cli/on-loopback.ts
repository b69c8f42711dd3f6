interface Closable {
  close(): Promise<void>
}

export interface Loopback<Server> {
  /** 0 opens nothing. */
  readonly port: number
  /** Told of an address that cannot be had, with the error's code: nothing depends on it. */
  readonly refused: (address: string, code: string) => void
  readonly open: (address: string) => Promise<Server>
}

const loopbacks = ['127.0.0.1', '::1']
/** A pod without IPv6 has no second one. */
const absent = ['EADDRNOTAVAIL', 'EAFNOSUPPORT']

/** Opens a server on each loopback address, for who may forward ports to us; those that cannot be had are left out. */
export async function openOnLoopback<Server extends Closable>({ port, refused, open }: Loopback<Server>) {
  const servers: Server[] = []
  for (const address of port === 0 ? [] : loopbacks) {
    try {
      servers.push(await open(address))
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      if (!absent.includes(code)) refused(address, code)
    }
  }
  return { close: async () => void (await Promise.all(servers.map((server) => server.close()))) }
}
