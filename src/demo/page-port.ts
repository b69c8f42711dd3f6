import { isTaken } from './directory.ts'
import { openPage, type PageParts, type PageServer } from './page-server.ts'

const usualPort = 8085
const portsToTry = 20

/** The port that was asked for is taken. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
}

/** Opens the page on the port that was asked for; without one, on the usual port or the next that is free. */
export async function openPageNear(
  parts: Omit<PageParts, 'port'> & { readonly port: number | undefined },
): Promise<PageServer> {
  const first = parts.port ?? usualPort
  for (let port = first; ; port++) {
    try {
      return await openPage({ ...parts, port })
    } catch (error) {
      if (!isTaken(error)) throw error
      if (parts.port !== undefined || port === first + portsToTry) {
        const text = `port ${port} of 127.0.0.1 is taken by another program; choose another with --port, 0 takes any`
        throw new PortTakenError(text, { cause: error })
      }
    }
  }
}
