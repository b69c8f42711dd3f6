import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'

import t from 'tap'

import { rules, strangers } from './support/architecture.ts'
import { type Source, sourceOf, sourcesIn } from './support/sources.ts'

const root = new URL('..', import.meta.url)
const sources = sourcesIn(new URL('src', root).pathname)

/** For each rule, small sources that break it, and what it then says. */
const violations: Readonly<Record<keyof typeof rules, readonly (readonly [said: string, files: Files])[]>> = {
  'imports go in one direction': [
    ['model/a.ts imports agent/b.ts', { 'model/a.ts': "import type { B } from '../agent/b.ts'", 'agent/b.ts': '' }],
    ['agent/a.ts imports probes/b.ts', { 'agent/a.ts': "export * from '../probes/b.ts'", 'probes/b.ts': '' }],
    ['probes/a.ts imports cli/b.ts', { 'probes/a.ts': "await import('../cli/b.ts')", 'cli/b.ts': '' }],
    ['report/a.ts imports agent/b.ts', { 'report/a.ts': "import {\n  b,\n} from '../agent/b.ts'", 'agent/b.ts': '' }],
    ['config/a.ts imports model/b.ts', { 'config/a.ts': 'import { b } from "../model/b.ts"', 'model/b.ts': '' }],
    [
      'agent/a.ts imports report/b.ts',
      { 'agent/a.ts': "new URL('../report/b.ts', import.meta.url)", 'report/b.ts': '' },
    ],
    ['discovery/a.ts imports agent/b.ts', { 'discovery/a.ts': "require('../agent/b.ts')", 'agent/b.ts': '' }],
    ['simulate/a.ts imports diagnosis/b.ts', { 'simulate/a.ts': "import '../diagnosis/b.ts'", 'diagnosis/b.ts': '' }],
  ],
  'every room is known': [['utils', { 'utils/a.ts': '' }]],
  'every import leads to a file': [['model/a.ts imports model/gone.ts', { 'model/a.ts': "import './gone.ts'" }]],
  'model and diagnosis are pure': [
    ['model/a.ts imports node:fs', { 'model/a.ts': "import { readFileSync } from 'node:fs'" }],
    ['diagnosis/a.ts imports undici', { 'diagnosis/a.ts': "import type { Pool } from 'undici'" }],
    ...['Date.now', 'Math.random', 'performance.now', 'process.env', 'Date', 'Math', 'setTimeout', 'console.log'].map(
      (word) => [`model/a.ts uses ${word}`, { 'model/a.ts': `const { a } = ${word}` }] as const,
    ),
    ...[`\`http://\${b}\` + Date`, "/[/']/.test(b) || Date", `\`\${Date}\``, "/'/; Date", 'new Date', '{ Date }'].map(
      (code) => [`model/a.ts uses Date`, { 'model/a.ts': `const a = ${code}` }] as const,
    ),
  ],
  'rooms do not import each other in a circle': [
    [
      'cli',
      {
        'cli/a.ts': "import { b } from '../demo/b.ts'",
        'demo/b.ts': "import { c } from '../report/c.ts'",
        'report/c.ts': "import { d } from '../cli/d.ts'",
        'cli/d.ts': '',
      },
    ],
  ],
  'files are short enough to read at once': [['model/a.ts has 201 lines', { 'model/a.ts': '\n'.repeat(201) }]],
  'exports have names': [
    ['model/a.ts', { 'model/a.ts': 'export default 1' }],
    ['model/a.ts', { 'model/a.ts': 'const a = 1\nexport { a as default }' }],
    ['model/a.ts', { 'model/a.ts': "export { default } from './b.ts'" }],
  ],
  'only errors are classes': [
    ['agent/a.ts', { 'agent/a.ts': 'export class Agent {}' }],
    ['agent/a.ts', { 'agent/a.ts': 'class Agent extends EventEmitter {}' }],
    ['agent/a.ts', { 'agent/a.ts': 'const a = class {}' }],
  ],
  'only main ends the process': [
    ['cli/a.ts', { 'cli/a.ts': 'process.exit(1)' }],
    ['cli/a.ts', { 'cli/a.ts': 'process.exitCode = 1' }],
  ],
}

for (const [rule, broken] of Object.entries(rules)) {
  t.test(rule, async (t) => t.strictSame(broken(sources), []))
}

for (const [rule, broken] of Object.entries(rules)) {
  t.test(`the rule that ${rule} notices who breaks it`, async (t) => {
    const cases = Object.entries(violations).flatMap(([name, list]) => (name === rule ? list : []))
    t.not(cases.length, 0)
    for (const [said, files] of cases) t.ok(broken(housed(files)).includes(said), JSON.stringify(files))
  })
}

t.test('words in comments and texts break no rule, nor do types that go in a circle', async (t) => {
  const files = {
    'model/a.ts': "/** process.exit, Math.random */\nexport const a = 'Date.now, class A {}' // export default",
    'model/b.ts': `const { process: a } = b\nconst c = \`Date.now \${Math.max(a.fetch, 1)} "\` + /console|\`/.source // \``,
    'agent/b.ts': "import { a } from '../model/a.ts'\nexport class OddError extends TypeError {}",
    'cli/c.ts': "import type { D } from '../demo/d.ts'",
    'demo/d.ts': "import { a } from '../model/a.ts'",
  }
  for (const [rule, broken] of Object.entries(rules)) t.strictSame(broken(housed(files)), [], rule)
  const circle = { 'demo/a.ts': "import type { B } from '../cli/b.ts'", 'cli/b.ts': "import '../demo/a.ts'" }
  t.strictSame(rules['rooms do not import each other in a circle'](housed(circle)), [])
})

t.test('what the rules read of every source is still code', async (t) => {
  for (const { path, code } of sources) t.doesNotThrow(() => stripTypeScriptTypes(code), path)
})

t.test('packages stay in the rooms that docs/packages.md gives them', async (t) => {
  const homes = homesIn(readFileSync(new URL('docs/packages.md', root), 'utf8'))
  t.strictSame(strangers(sources, homes), [])
  const visitors = { 'agent/a.ts': "import { Client } from 'undici'", 'probes/dns-wire.ts': "import 'dns-packet'" }
  t.strictSame(strangers(housed(visitors), homes), ['agent/a.ts imports undici'])
})

t.test('docs/packages.md lists every package that package.json asks for, and no other', async (t) => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync(new URL('package.json', root), 'utf8'),
  )
  const asked = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
  const listed = [...homesIn(readFileSync(new URL('docs/packages.md', root), 'utf8')).keys()]
  // Types of a package belong to it.
  t.strictSame(listed.toSorted(), asked.filter((name) => !name.startsWith('@types/')).toSorted())
})

type Files = Readonly<Record<string, string>>

function housed(files: Files): readonly Source[] {
  return Object.entries(files).map(([path, text]) => sourceOf(path, text))
}

/** The first and the last column of the table: packages, and the globs below `src` where they may be imported. */
function homesIn(markdown: string): ReadonlyMap<string, readonly string[]> {
  const rows = markdown.split('\n').filter((line) => /^\| [^-]/.test(line) && !line.startsWith('| package |'))
  const pairs = rows.flatMap((row) => {
    const [names = '', , where = ''] = row.split('|').slice(1, -1)
    const homes = [...where.matchAll(/`([^`]+)`/g)].map(([, home = '']) => home)
    return names.split(',').map((name) => [name.trim(), homes] as const)
  })
  return new Map(pairs)
}
