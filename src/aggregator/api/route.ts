import type { Archive, Live } from '../sources.ts'
import { type Parameters, readParameters, type ValuesOf } from './parameters.ts'

/** What an answer is made from. */
export interface Asked {
  readonly live: Live
  readonly archive: Archive
  readonly nowMs: number
  /** What stands behind the route's own path, as it was sent. */
  readonly rest: string
}

interface Definition<P extends Parameters> {
  /** As `/openapi.json` has it, with `{name}` for what varies. */
  readonly path: string
  readonly doc: string
  /** What stands for each `{name}` of the path. */
  readonly names?: Readonly<Record<string, string>>
  readonly parameters: P
  /** Of `schemas.ts`. */
  readonly schema: string
  answer(values: ValuesOf<P>, asked: Asked): object | Promise<object>
}

/** A path that is answered with JSON. */
export interface Route {
  readonly path: string
  readonly doc: string
  readonly names: Readonly<Record<string, string>>
  readonly parameters: Parameters
  readonly schema: string
  /** Throws a RefusedError for what cannot be answered. */
  run(search: URLSearchParams, asked: Asked): Promise<object>
}

export function defineRoute<P extends Parameters>({ answer, names = {}, ...about }: Definition<P>): Route {
  const { parameters } = about
  return {
    ...about,
    names,
    run: async (search, asked) => await answer(readParameters(parameters, search, asked.nowMs), asked),
  }
}

/** Whether a path is the route's, and what stands behind its own part. */
export function restOf({ path }: Pick<Route, 'path'>, asked: string): string | undefined {
  const varies = path.indexOf('{')
  if (varies < 0) return asked === path ? '' : undefined
  const own = path.slice(0, varies)
  return asked.startsWith(own) && asked.length > own.length ? asked.slice(own.length) : undefined
}
