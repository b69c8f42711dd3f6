import { styleText } from 'node:util'

import type { Paint } from '../report/check-text.ts'
import type { World } from './command.ts'

const styles = { good: 'green', bad: 'red', warn: 'yellow', quiet: 'dim' } as const

/** Colours for a terminal, unless `NO_COLOR` says otherwise; plain text for everything else. */
export function painterFor({ stdout, env }: Pick<World, 'stdout' | 'env'>): Paint {
  const colours = stdout.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
  return colours ? (tone, text) => styleText(styles[tone], text, { validateStream: false }) : (_tone, text) => text
}
