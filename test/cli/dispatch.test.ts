import { Ajv } from 'ajv'
import t from 'tap'

import { runHere, runProgram } from '../support/cli.ts'

t.test('meshprobe lists its commands, with examples and exit codes', async (t) => {
  const { code, stdout, stderr } = await runProgram(['--help'])
  t.equal(code, 0, stderr)
  for (const name of ['agent', 'check', 'config', 'version']) t.match(stdout, new RegExp(`^ {2}${name} +\\w`, 'm'))
  t.match(stdout, 'Exit codes:\n  0  all well\n  1  something failed\n  2  wrong use')
  t.same(await runHere(['help']), { code, stdout, stderr: '' })
  t.same(await runHere(['-h']), { code, stdout, stderr: '' })
  t.same(await runHere([]), { code: 2, stdout, stderr: '' }, 'no command is wrong use')
})

t.test('every command explains itself', async (t) => {
  for (const name of ['check', 'config', 'version']) {
    const { code, stdout } = await runHere([name, '--help'])
    t.equal(code, 0)
    t.match(stdout, `meshprobe ${name}: `)
    t.match(stdout, '-h, --help')
    t.match(stdout, `  meshprobe ${name}`, 'an example')
    t.same(await runHere([name, '-h']), { code, stdout, stderr: '' })
  }
  t.match((await runHere(['config', '--help'])).stdout, '--PATH=VALUE')
  t.notMatch((await runHere(['version', '--help'])).stdout, '--PATH=VALUE')
})

t.test('wrong use is said in words, with exit code 2', async (t) => {
  const cases = [
    { args: ['chek'], stderr: 'no command "chek"; did you mean check?\n' },
    { args: ['config', '--shema'], stderr: 'config: no option --shema; did you mean --schema?\n' },
    { args: ['config', '--roun', '5s'], stderr: 'config: no option --roun; did you mean --round?\n' },
    { args: ['config', '--round'], stderr: '--round: expected a value, got nothing\n' },
    { args: ['config', '-o', 'xml'], stderr: '-o: expected text or json, got "xml"\n' },
    { args: ['config', '--config'], stderr: '--config: expected FILE, got nothing\n' },
    { args: ['config', '--schema=yes'], stderr: '--schema: expected no value, got "yes"\n' },
    { args: ['config', 'round'], stderr: 'config: expected options only, got "round"\n' },
    { args: ['version', '--', 'x'], stderr: 'version: expected options only, got "x"\n' },
    { args: ['version', '--round=5s'], stderr: /^version: no option --round; known: --output, --help\n$/ },
    {
      args: ['config', '--round=1s'],
      stderr: 'round: expected a duration from 5s to 30s such as "10s", got "1s" (flag)\n',
    },
    { args: ['config', '--config', '/no/such'], stderr: '/no/such: expected a file that can be read, got ENOENT\n' },
    { args: ['config', '--config', '/'], stderr: '/: expected a file that can be read, got EISDIR\n' },
    { args: ['config', '--config', '/dev/zero'], stderr: '/dev/zero: expected at most 1048576 bytes, got more\n' },
  ]
  for (const { args, stderr } of cases) t.match(await runHere(args), { code: 2, stdout: '', stderr }, args.join(' '))
})

t.test('of an option given twice the last one counts', async (t) => {
  const { stdout } = await runHere(['config', '-o', 'json', '--round=7s', '--round', '8s', '--output', 'text', '--'])
  t.match(stdout, /^round: 8s +# flag$/m)
})

t.test('a variable that nobody knows is wrong use', async (t) => {
  t.same(await runProgram(['config'], { env: { MESHPROBE_RUOND: '5s' } }), {
    code: 2,
    stdout: '',
    stderr: 'MESHPROBE_RUOND: no such setting; did you mean MESHPROBE_ROUND?\n',
  })
})

t.test('version says which build this is', async (t) => {
  const { code, stdout } = await runProgram(['version', '-o', 'json'])
  t.equal(code, 0)
  const { version } = JSON.parse(stdout)
  t.match(JSON.parse(stdout), { version: /^\d+\.\d+\.\d+$/, revision: 'source', node: process.versions.node })
  t.equal((await runHere(['version'])).stdout, `meshprobe ${version} (source) on Node ${process.versions.node}\n`)
})

t.test('config --schema prints a JSON Schema', async (t) => {
  const { code, stdout } = await runHere(['config', '--schema'])
  t.equal(code, 0)
  const validate = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(stdout))
  t.ok(validate({ round: '5s' }))
  t.notOk(validate({ round: 5 }))
})
