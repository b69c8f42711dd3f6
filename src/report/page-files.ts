import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

// Put there by the bundler: a single file has no others beside it.
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

const names = [
  'index.html',
  'style.css',
  'icon.svg',
  'app.js',
  'panels.js',
  'grid.js',
  'cell.js',
  'tip.js',
  'faults.js',
] as const

/** The files of the page by the path they are asked for. */
export const pageFiles: ReadonlyMap<string, PageFile> = new Map(
  names.map((name) => {
    return [name === 'index.html' ? '/' : `/${name}`, { type: types[extname(name)] ?? '', text: textOf(name) }]
  }),
)

function textOf(name: string): string {
  if (typeof MESHPROBE_PAGE === 'object') return MESHPROBE_PAGE[name] ?? ''
  return readFileSync(join(import.meta.dirname, 'page', name), 'utf8')
}
