/** How slow it is, in figures that can be told. */
export interface Slowness {
  readonly is: 'latency'
  readonly suspect: number
  readonly nowMs: number
  readonly usualMs: number
  /** Paths to and from it, or across it, and how many of them are slow. */
  readonly slow: number
  readonly paths: number
  /** Paths that touch nobody who is blamed, and how many of them are as quick as ever. */
  readonly fineElsewhere: number
  readonly elsewhere: number
}
