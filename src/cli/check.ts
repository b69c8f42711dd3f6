import { systemClock } from '../agent/system-clock.ts'
import { roundAt } from '../model/schedule.ts'
import { systemTransport } from '../probes/transport.ts'
import { checkText } from '../report/check-text.ts'
import { trusting } from './api-trust.ts'
import { checkHere } from './check-here.ts'
import { type Command, outputOption } from './command.ts'
import { configureProbes } from './configure-probes.ts'
import { keyringFrom } from './keys.ts'
import { loadSettings } from './load-settings.ts'
import { wholeNumber } from './number-option.ts'
import { painterFor } from './paint.ts'
import { showProgress } from './progress.ts'
import { selfFrom } from './self.ts'
import { lookAround } from './whereabouts.ts'

export const check: Command = {
  name: 'check',
  summary: 'makes every check that is possible from here, once, and says what to do next',
  options: [
    {
      name: 'patience',
      value: 'SECONDS',
      doc: 'asks again who fails, every second for so long: right after an install not all rules are in place; 0 is once',
    },
    outputOption('text'),
  ],
  takesSettings: true,
  examples: [
    { line: 'check', doc: 'from a pod of the cluster, or from outside with the current kubeconfig' },
    { line: 'check --patience 30', doc: 'what fails at first, and is answered within half a minute, is well' },
    { line: 'check --config peers.yaml -o json', doc: 'by a list of peers, for scripts' },
  ],
  async run(given, world) {
    const patienceMs = 1000 * wholeNumber(given, 'patience', 0, { min: 0, max: 3600 })
    const { values } = await loadSettings(given, world)
    const { place, surroundings, troubles, server } = await lookAround(values, world.env, world.signal)
    const self = selfFrom(values)
    const clock = systemClock
    const keyring = keyringFrom(values.keys.files, clock.monotonicMs)
    const tools = { transport: systemTransport({ from: values.listen.addresses }), keyring, self, wallMs: clock.wallMs }
    const scene = {
      self,
      place,
      surroundings,
      roundSeconds: values.round / 1000,
      hasKey: values.keys.files.length > 0,
      kinds: trusting(server, values.checks, (checks) => configureProbes(checks, tools)),
    }
    const progress = showProgress(world.stderr)
    const round = roundAt(clock.wallMs(), { roundMs: values.round, slotMs: values.slot })
    const asking = { clock, round, patienceMs, onProgress: progress.missing }
    const report = await checkHere(scene, asking, world.signal).finally(progress.end)
    for (const trouble of troubles) world.stderr.write(`${trouble}\n`)
    const json = given.value('output') === 'json'
    world.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : checkText(report, painterFor(world)))
    return report.verdict
  },
}
