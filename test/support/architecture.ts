import { matchesGlob } from 'node:path'

import { roomOf, type Source } from './sources.ts'

/** Which rooms a room may import. A room that is not in this table may not exist. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  config: [],
  diagnosis: ['model'],
  probes: ['model', 'config'],
  kubernetes: ['model', 'config'],
  discovery: ['model', 'config', 'kubernetes'],
  publish: ['model', 'config', 'kubernetes'],
  // How a port is listened on: for those who serve.
  serving: [],
  agent: ['model', 'serving'],
  report: ['model', 'diagnosis'],
  aggregator: ['model', 'diagnosis', 'report', 'serving'],
  // What makes the faults may know nothing of what finds them.
  simulate: ['model'],
  // The demo is a command that runs the real program: it may know the types of `cli`, more would be a circle.
  demo: [
    ...['model', 'config', 'probes', 'kubernetes', 'discovery', 'publish', 'agent', 'aggregator', 'diagnosis'],
    ...['report', 'cli'],
  ],
  cli: [
    ...['model', 'config', 'probes', 'kubernetes', 'discovery', 'publish', 'agent', 'aggregator', 'diagnosis'],
    ...['report', 'demo', 'simulate'],
  ],
  main: ['cli'],
}

const pureRooms = ['model', 'diagnosis']
const impure =
  /(?<![.\w])(?:(?:Date|performance|process|console|crypto|fetch|globalThis|require|queueMicrotask|set(?:Timeout|Interval|Immediate))\b(?!\s*\??:)|Math\b(?!\.(?!random\b)\w))(?:\.\w+)?/
const linesAtMost = 200

/** The rules of the house: each takes all sources and says who breaks it, in words. */
export const rules = {
  'imports go in one direction': (sources) =>
    sources.flatMap(({ path, room, imports }) =>
      imports
        .filter(({ from }) => isOurs(from, sources))
        .map(({ from }) => ({ from, to: roomOf(from) }))
        .filter(({ to }) => to !== room && mayImport[room]?.includes(to) !== true)
        .map(({ from }) => `${path} imports ${from}`),
    ),

  'every room is known': (sources) => [
    ...new Set(sources.filter(({ room }) => mayImport[room] === undefined).map(({ room }) => room)),
  ],

  'every import leads to a file': (sources) =>
    sources.flatMap(({ path, imports }) =>
      imports
        // A file of a package may be named too: `@scope/name/file.js`.
        .filter(({ from }) => /^\.\.|^[^@].*\.(ts|js)$/.test(from) && !isOurs(from, sources))
        .map(({ from }) => `${path} imports ${from}`),
    ),

  'model and diagnosis are pure': (sources) =>
    sources
      .filter(({ room }) => pureRooms.includes(room))
      .flatMap(({ path, code, imports }) => [
        ...imports.filter(({ from }) => !isOurs(from, sources)).map(({ from }) => `${path} imports ${from}`),
        ...(impure.exec(code) ?? []).slice(0, 1).map((found) => `${path} uses ${found}`),
      ]),

  'rooms do not import each other in a circle': (sources) => circles(roomGraph(sources)),

  'files are short enough to read at once': (sources) =>
    sources
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > linesAtMost)
      .map(({ path, lines }) => `${path} has ${lines} lines`),

  'exports have names': (sources) =>
    sources
      .filter(({ code }) => /\bexport\s+default\b|\bexport\s*\{[^}]*\bdefault\b/.test(code))
      .map(({ path }) => path),

  'only errors are classes': (sources) =>
    sources.filter(({ code }) => /\bclass\s+(?!\w+ extends (\w+)?Error\b)(\w|\{)/.test(code)).map(({ path }) => path),

  'only main ends the process': (sources) =>
    sources
      .filter(({ room, code }) => room !== 'main' && /\bprocess\s*\??\.\s*(exit|exitCode|kill|abort)\b/.test(code))
      .map(({ path }) => path),
} as const satisfies Readonly<Record<string, (sources: readonly Source[]) => readonly string[]>>

/** Imports of packages outside their homes: the globs below `src` that `docs/packages.md` gives them. */
export function strangers(sources: readonly Source[], homes: ReadonlyMap<string, readonly string[]>) {
  return sources.flatMap(({ path, imports }) =>
    imports
      .filter(({ from }) => !from.startsWith('node:') && !isOurs(from, sources) && !/^\.\./.test(from))
      .filter(({ from }) => homes.get(packageOf(from))?.some((home) => livesIn(path, home)) !== true)
      .map(({ from }) => `${path} imports ${from}`),
  )
}

function livesIn(path: string, home: string): boolean {
  return matchesGlob(path, home) || matchesGlob(path, `${home}/**`)
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/')
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

function isOurs(from: string, sources: readonly Source[]): boolean {
  return sources.some(({ path }) => path === from)
}

type Graph = ReadonlyMap<string, ReadonlySet<string>>

function roomGraph(sources: readonly Source[]): Graph {
  const byRoom = Map.groupBy(sources, ({ room }) => room)
  return new Map(
    [...byRoom].map(([room, files]) => {
      const needed = files.flatMap(({ imports }) => imports.filter(({ runtime }) => runtime))
      return [room, new Set(needed.filter(({ from }) => isOurs(from, sources)).map(({ from }) => roomOf(from)))]
    }),
  )
}

function circles(graph: Graph): readonly string[] {
  return [...graph.keys()].filter((room) => reachable(graph, room).has(room))
}

/** What can be reached from a room by leaving it. */
function reachable(graph: Graph, start: string): ReadonlySet<string> {
  const seen = new Set<string>()
  const open = [start]
  for (let room = open.pop(); room !== undefined; room = open.pop()) {
    const next = [...(graph.get(room) ?? [])].filter((to) => to !== room && !seen.has(to))
    for (const to of next) seen.add(to)
    open.push(...next)
  }
  return seen
}
