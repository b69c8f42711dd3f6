/** Makes `dist/meshprobe.js`, that the image and the benchmarks run, and beside it what only some commands load. */
import { execFileSync } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

import { type BuildOptions, build, type Plugin } from 'esbuild'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

// Runs before the program: a Node that is too old for it must still understand this line.
const tooOld =
  'if(Number(process.versions.node.split(".")[0])<24){console.error("meshprobe needs Node 24 or newer; this is Node "+process.versions.node);process.exit(2)}'
// Some packages are CommonJS and call require() for Node's own modules.
const require =
  'import{createRequire as meshprobeRequire}from"node:module";const require=meshprobeRequire(import.meta.url);'

/**
 * Node's own modules, loaded when the module that imports them is. An import statement would stand at the top of the
 * file and load all that any command needs: 10 MiB more in every agent.
 */
const builtinsOnDemand: Plugin = {
  name: 'builtins-on-demand',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : { path, external: true },
    )
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)})`,
    }))
  },
}

/** What prom-client brings beside metrics, and nobody here uses: it would load `cluster`, `v8` and `perf_hooks`. */
const metricsOnly: Plugin = {
  name: 'metrics-only',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/lib\/(cluster|defaultMetrics|pushgateway)$/ }, ({ path }) => ({
      path,
      namespace: 'unused',
    }))
    onLoad({ filter: /./, namespace: 'unused' }, () => ({ contents: 'module.exports = undefined' }))
  },
}

/** Files of their own: what is in the one file is in the memory of every agent. */
const asides: Readonly<Record<string, string>> = {
  'kube-cluster': 'src/cli/live/kube-cluster.ts',
  'evaluator-thread': 'src/cli/evaluator-thread.ts',
}

const aside: Plugin = {
  name: 'aside',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`/(${Object.keys(asides).join('|')})\\.ts$`) }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: `./${basename(path, '.ts')}.js`, external: true } : undefined,
    )
  },
}

/** Of the client for Kubernetes we use credentials and streams: no megabyte of classes for every kind of object. */
const credentialsOnly: Plugin = {
  name: 'credentials-only',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(\.\/gen\/index\.js|undici)$/ }, ({ path, importer }) =>
      importer.includes('@kubernetes/client-node') ? { path, namespace: 'unused' } : undefined,
    )
    onLoad({ filter: /./, namespace: 'unused' }, () => ({ contents: 'module.exports = {}' }))
  },
}

const common: BuildOptions = {
  bundle: true,
  minify: true,
  lineLimit: 200, // a crash prints the line it happened in
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: ['supports-color'], // `debug` colours with it where it is; what we print is no business of it
  legalComments: 'linked',
  banner: { js: require },
}

await build({
  ...common,
  entryPoints: ['src/main.ts'],
  outfile: 'dist/meshprobe.js',
  plugins: [builtinsOnDemand, metricsOnly, aside],
  define: {
    MESHPROBE_VERSION: JSON.stringify(version),
    MESHPROBE_REVISION: JSON.stringify(revision()),
    MESHPROBE_PAGE: JSON.stringify(page()),
  },
  banner: { js: require + tooOld }, // after the first line of main.ts, which esbuild keeps in front
})
await build({
  ...common,
  entryPoints: asides,
  outdir: 'dist',
  plugins: [builtinsOnDemand, credentialsOnly],
})
chmodSync('dist/meshprobe.js', 0o755)

function page(): Readonly<Record<string, string>> {
  const folder = 'src/report/page'
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]))
}

function revision(): string {
  // An image is built without the history.
  const given = process.env['MESHPROBE_REVISION']
  if (given !== undefined) return given
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown' // built from an archive
  }
}
