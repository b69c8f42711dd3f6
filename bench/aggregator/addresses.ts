/** Where agents serve their rounds: each has an address of its own, and all of them one port. */
export const roundsPort = 7791
export const apiPort = 27_793
export const keyBytes = Buffer.alloc(32, 7)
export const roundSeconds = 10

/** Of the agent of that index, from 0. */
export function ipOf(index: number): string {
  return `127.1.${Math.floor(index / 250)}.${(index % 250) + 1}`
}

export function indexOf(ip: string): number {
  const [, , high = '0', low = '1'] = ip.replace('::ffff:', '').split('.')
  return Number(high) * 250 + Number(low) - 1
}
