import { noSuchSetting } from './nearest.ts'
import type { Given, Source } from './read-settings.ts'
import { environmentPrefix, type Setting, type Settings, settingsIn } from './settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Which file to read: the one variable of ours that is no setting. */
export const fileVariable = `${environmentPrefix}CONFIG`

/** What the lab of the repository is told beside it is no setting of the program. */
const labPrefix = `${environmentPrefix}LAB_`

/** What variables with our prefix say. */
export function fromEnvironment(tree: Settings, env: Environment): Source {
  const known = new Map(settingsIn(tree).map((setting) => [setting.environment, setting]))
  const given: Given[] = []
  const problems = []
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || !name.startsWith(environmentPrefix) || name === fileVariable) continue
    if (name.startsWith(labPrefix)) continue
    const setting = known.get(name)
    if (isServiceLink(name, text, setting)) continue
    if (setting !== undefined) given.push(givenBy(name, text, setting))
    else problems.push({ path: name, problem: noSuchSetting(name, [...known.keys()]) })
  }
  return { given, problems }
}

/** What Kubernetes writes into variables of the pod, in the place of defaults. */
export function fromPod(tree: Settings, env: Environment): Source {
  const given = settingsIn(tree).flatMap((setting) => {
    const name = setting.field.variable
    const text = name === undefined ? undefined : env[name]
    return name === undefined || text === undefined || text === '' ? [] : [givenBy(name, text, setting)]
  })
  return { given, problems: [] }
}

function givenBy(name: string, text: string, { path, field }: Setting): Given {
  return { path, raw: field.fromText(text), origin: { from: 'environment', name } }
}

/**
 * The kubelet tells every pod of every Service in its namespace: one called `meshprobe-metrics` sets
 * `MESHPROBE_METRICS_PORT=tcp://10.96.0.7:7791`, which is nobody's mistake.
 */
function isServiceLink(name: string, text: string, setting: Setting | undefined): boolean {
  if (/^(tcp|udp|sctp):\/\//.test(text)) return true
  if (setting !== undefined) return false
  return /_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP|SCTP)_(PROTO|PORT|ADDR)$/.test(name)
}
