import { run } from '../lab/run.ts'

const tablePrefix = 'meshprobe_fault_'

export interface Block {
  /** Where: a namespace of the lab. */
  readonly netns: string
  /** Unique for a fault and its target; letters, digits and `_`. */
  readonly name: string
  /** `inet` for a machine, `bridge` for the fabric. */
  readonly family: 'inet' | 'bridge'
  /** `prerouting` sees virtual addresses, before kube-proxy has translated them. */
  readonly hook: 'forward' | 'prerouting' | 'input' | 'output'
  /** What is dropped, as nft writes it, without the word `drop`. */
  readonly drops: readonly string[]
}

/** Loses packets by a table of nftables of its own, so that healing is to delete it and touches no rule of others. */
export async function block({ netns, name, family, hook, drops }: Block): Promise<void> {
  await unblock({ netns, name, family })
  const priority = hook === 'prerouting' ? -310 : -10
  const rules = drops.map((match) => `    ${match} counter drop`)
  const chain = [`    type filter hook ${hook} priority ${priority}; policy accept;`, ...rules]
  const text = [`table ${family} ${tablePrefix}${name} {`, `  chain ${hook} {`, ...chain, '  }', '}', ''].join('\n')
  await run('nft', ['-f', '-'], { netns, input: text })
}

/** Deletes the table; one that is not there is no error. */
export async function unblock({ netns, name, family }: Pick<Block, 'netns' | 'name' | 'family'>): Promise<void> {
  // Adding it first makes deleting it safe, in one transaction.
  const table = `table ${family} ${tablePrefix}${name}`
  await run('nft', ['-f', '-'], { netns, input: `${table}\ndelete ${table}\n` })
}

/** A share of the packets, taken by chance. */
export function share(percent: number): string {
  return `numgen random mod 100 < ${percent}`
}
