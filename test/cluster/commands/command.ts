/** A command of the lab: `npm run lab -- NAME …`. */
export interface LabCommand {
  readonly usage: string
  readonly doc: string
  /** Resolves to the exit code. */
  run(args: readonly string[]): Promise<number>
}

/** For what takes long: to standard error, so that standard output stays clean. */
export function log(line: string): void {
  process.stderr.write(`${line}\n`)
}
