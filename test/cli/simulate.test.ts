import t from 'tap'

import { runHere } from '../support/cli.ts'

const small = ['simulate', '--nodes', '12', '--zones', '2', '--noise', 'N0', '--seed', '3']

t.test('simulate says what was found of what was broken, as a table', async (t) => {
  const args = ['--scenario', 'node_down', '--scenario', 'no_fault', '--seeds', '2']
  const { code, stdout, stderr } = await runHere([...small, ...args])
  t.match(stdout, /^scenario +runs +faults +found +exact fault +exact entity +false +seconds$/m)
  t.match(stdout, /^node_down +2 +2 +\d/m)
  t.match(stdout, /^no_fault +2 +0 +0 +0 +0 +\d+ +-$/m)
  t.match(stdout, /^12 nodes in 2 zones, noise N0\nprecision +[\d.]+ \([\d.]+ to [\d.]+, of \d+\)$/m)
  t.strictSame([code, stderr], [0, ''])
})

t.test('as JSON the numbers come first, with all that they come from behind them', async (t) => {
  const { code, stdout } = await runHere([...small, '--scenario', 'node_down', '-o', 'json'])
  const report = JSON.parse(stdout)
  const first = ['precision', 'recall', 'recallHard', 'recallGray', 'exactFault', 'exactEntity']
  t.strictSame(Object.keys(report).slice(0, 6), first)
  t.match(report, {
    recall: 1,
    exactEntity: 1,
    recallGray: null,
    secondsToName: { median: Number, p90: Number },
    faults: 1,
  })
  t.match(report.intervals.recall, [Number, 1])
  t.match(report.details.faults, [{ scenario: 'node_down', seed: 3, fault: 'node_down', rounds: Number }])
  t.equal(code, 0)
})

t.test('on a terminal a bar shows how far it is', async (t) => {
  const { stderr } = await runHere([...small, '--scenario', 'no_fault'], { isTTY: true })
  t.match(stderr, /░{24} 1 of 1: no_fault, seed 3, round 32/)
  t.ok(stderr.endsWith('\r\u001b[K'))
})

t.test('wrong use is refused with what would do', async (t) => {
  for (const [args, said] of [
    [['--scenario', 'zone_oneway'], '--scenario: no scenario "zone_oneway"; did you mean zone_one_way?\n'],
    [['--nodes', '2'], /^--nodes: expected a whole number from 3 to 10000/],
    [['--zones', '13'], /^--zones: expected a whole number from 1 to 12/],
    [['--noise', 'N9'], /^--noise: expected N0 or N1 or N2 or N3, got "N9"\n$/],
    [['--record', 'x', '--seeds', '2'], /^--record: one run makes a recording, these are \d+/],
    [['--record', '/none/x', '--scenario', 'no_fault'], /^--record: \/none\/x cannot be written: ENOENT/],
  ] as const) {
    const { code, stderr } = await runHere([...small, ...args])
    t.match(stderr, said)
    t.equal(code, 2)
  }
})

t.test('it ends when it is asked to', async (t) => {
  const stop = new AbortController()
  const running = runHere([...small, '--seeds', '1000'], { signal: stop.signal })
  setTimeout(() => stop.abort(new Error('got SIGINT')), 300)
  t.equal((await running).code, 3)
})
