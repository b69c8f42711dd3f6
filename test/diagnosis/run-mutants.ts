import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Mutant, mutants } from './mutants.ts'

const root = new URL('../..', import.meta.url).pathname
const secondsAtMost = 120
/** What is written down about the engine breaks with nothing here, and slowness has rules of its own. */
const needless = /\/(mutants|telling-apart|pitfalls|latency.*)\.test\.ts$/

/** Breaks a copy of the engine in one way after another, and says which of them no test notices. */
function main(wanted: string | undefined): number {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'))
  try {
    for (const part of ['src', 'test/diagnosis', 'docs', 'package.json'])
      cpSync(join(root, part), join(copy, part), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    const before = failingTest(copy)
    if (before !== undefined) return say(`nothing is broken yet, and ${before} fails`, 2)
    const chosen = mutants.filter(({ file, rule }) => wanted === undefined || `${file}: ${rule}`.includes(wanted))
    const survivors = chosen.filter((mutant) => survives(copy, mutant))
    return say(`${chosen.length - survivors.length} of ${chosen.length} noticed`, survivors.length > 0 ? 1 : 0)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

function survives(copy: string, { file, text, instead, rule }: Mutant): boolean {
  const path = join(copy, 'src/diagnosis', file)
  const source = readFileSync(path, 'utf8')
  writeFileSync(
    path,
    source.replace(text, () => instead),
  )
  const noticed = failingTest(copy)
  writeFileSync(path, source)
  say(noticed === undefined ? `SURVIVED ${file}: ${rule}` : `noticed  ${file}: ${rule} (${noticed})`, 0)
  return noticed === undefined
}

/** The first test that fails, or never ends. One process runs them all: starting one for each takes longer. */
function failingTest(copy: string): string | undefined {
  const tests = globSync('test/diagnosis/*.test.ts', { cwd: copy }).filter((path) => !needless.test(path))
  const program = tests.sort().map((path) => `import './${path}'`)
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program.join('\n')], {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, TAP_BAIL: '1', TAP_TIMEOUT: String(secondsAtMost) },
    timeout: 1000 * secondsAtMost,
  })
  if (status === 0) return undefined
  return [...stdout.matchAll(/^# Subtest: (.*)$/gm)].at(-1)?.[1] ?? 'none of them runs'
}

function say(line: string, code: number): number {
  process.stdout.write(`${line}\n`)
  return code
}

process.exitCode = main(process.argv[2])
