import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

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
    const text = readFileSync(join(import.meta.dirname, 'page', name), 'utf8')
    return [name === 'index.html' ? '/' : `/${name}`, { type: types[extname(name)] ?? '', text }]
  }),
)
