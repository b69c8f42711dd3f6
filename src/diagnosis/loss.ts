import { kinds } from './kinds.ts'

/**
 * How likely a probe fails when a share of the packets is lost on its way there and on its way back.
 *
 * A lost SYN is repeated once within the deadline, and so is a DNS query; a request takes two such exchanges; a
 * datagram is on its own. That makes gray loss consistent: a tenth of all packets is a fifth of the echoes, but only
 * a twenty-fifth of the connections.
 */
export function failureShare(kind: number, there: number, back: number): number {
  const roundTrip = 1 - (1 - there) * (1 - back)
  const twice = roundTrip * roundTrip
  switch (kinds[kind]?.way) {
    case 'oneway':
      return there
    case 'echo':
      return roundTrip
    case 'connect':
    case 'query':
      return twice
    case 'request':
      return 1 - (1 - twice) * (1 - twice)
    default:
      return 0
  }
}
