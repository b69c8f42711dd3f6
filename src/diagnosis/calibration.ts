/** From this value on, so large a share of findings was true. */
export type Step = readonly [from: number, share: number]

/** By the nats above the threshold. Fitted by `npm run bench:calibrate`; not to be edited. */
export const byScore: readonly Step[] = [
  [0, 0.87],
  [2.276, 0.894],
  [15.483, 0.912],
  [35.509, 0.983],
]
