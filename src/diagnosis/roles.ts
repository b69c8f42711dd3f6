/** How an observation touches a suspect: the part of a response table that the suspect's geometry decides. */
export const role = {
  /** The suspect node asked, or sent. */
  from: 0,
  /** The suspect node was asked, or should have received. */
  to: 1,
  /** A pod on the suspect node was asked. */
  hosts: 2,
  /** A Service was asked, and the suspect node hosts a share of what is behind it. */
  behind: 3,
  /** The question crosses the suspect direction. */
  forward: 4,
  /** The answer crosses the suspect direction. */
  backward: 5,
  /** Question and answer cross the suspect border. */
  across: 6,
  /** The suspect itself was asked. */
  at: 7,
  /** A Service was asked, and the suspect is a share of what is behind it. */
  share: 8,
  /** The suspect is the cluster as a whole. */
  all: 9,
} as const

export const roleCount = Object.keys(role).length

/** Whether the suspect is one of several of which each probe meets one: their shares exclude each other. */
export function isShareOfService(of: number): boolean {
  return of === role.share || of === role.behind
}
