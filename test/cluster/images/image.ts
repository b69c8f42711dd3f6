import type { Site } from './site.ts'

/** An image that is built here, as a function of its inputs. */
export interface Image {
  readonly name: string
  /** Files and folders whose contents decide what comes out. */
  readonly inputs: (cache: string) => Promise<readonly string[]>
  readonly bases: readonly Image[]
  /** Builds it in the site's store under `name`; `bases` are the names of its bases there. */
  readonly build: (site: Site, name: string, bases: readonly string[]) => Promise<void>
}

/** The name without registry and tag. */
export function shortName({ name }: Image): string {
  return name.replace(/^.*\//, '').replace(/:.*$/, '')
}
