import { type Origin, showOrigin } from './origin.ts'

/** Something the operator has to change. */
export interface Problem {
  /** A setting, or what stands where one was expected: a variable, a file. */
  readonly path: string
  /** What was expected and what was found. */
  readonly problem: string
  readonly origin?: Origin
}

/** Settings that cannot be used. Says all that is wrong, not only the first. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map(showProblem).join('\n'), options)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

function showProblem({ path, problem, origin }: Problem): string {
  return `${path}: ${problem}${origin === undefined ? '' : ` (${showOrigin(origin)})`}`
}
