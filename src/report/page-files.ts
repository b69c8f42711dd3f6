import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

// Put there by the bundler: name and text of every file of the page.
declare const MESHPROBE_PAGE: Readonly<Record<string, string>> | undefined

export interface PageFile {
  readonly type: string
  readonly text: string
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** The files of the page by the path they are asked for. */
export function readPage(): ReadonlyMap<string, PageFile> {
  const texts = typeof MESHPROBE_PAGE === 'object' ? MESHPROBE_PAGE : textsIn(join(import.meta.dirname, 'page'))
  return new Map(
    Object.entries(texts).map(([name, text]) => {
      const path = name === 'index.html' ? '/' : `/${name}`
      return [path, { type: types[extname(name)] ?? 'text/plain', text }]
    }),
  )
}

function textsIn(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}
