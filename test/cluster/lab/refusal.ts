import { existsSync } from 'node:fs'

import { planFile } from './paths.ts'
import { labPrefix } from './plan.ts'
import { attempt } from './run.ts'
import { ourNamespaces } from './sweep.ts'

/** Why a lab cannot be on this machine, in one line; undefined when it can. */
export async function whyNot(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'the lab needs Linux: it is made of network namespaces'
  if (process.getuid?.() !== 0) return 'the lab needs root, for network namespaces and containers'
  const made = await attempt('unshare', ['--net', 'true'])
  if (made.code !== 0) return `this machine does not let us make network namespaces: ${made.stderr.trim()}`
  const strangers = existsSync(planFile) ? [] : await ourNamespaces()
  if (strangers.length === 0) return undefined
  return `there are network namespaces called ${labPrefix}… that no lab of ours made: ${strangers.join(' ')}`
}

/** Throws when a lab cannot be here. */
export async function refuseStrangers(): Promise<void> {
  const reason = await whyNot()
  if (reason !== undefined) throw new Error(reason)
}
