import { commands } from './commands/list.ts'

const width = Math.max(...Object.values(commands).map(({ usage }) => usage.length))

function help(): string {
  const lines = Object.values(commands).map(({ usage, doc }) => `  ${usage.padEnd(width)}  ${doc}`)
  const examples = ['up --nodes 6 --zones 3', 'fault pod_network_cut=w3', 'kubectl get pods -A -o wide', 'heal', 'down']
  return `A real Kubernetes cluster on this machine, to break on purpose.

usage: npm run lab -- COMMAND

${lines.join('\n')}

examples:
${examples.map((example) => `  npm run lab -- ${example}`).join('\n')}

exit codes: 0 all well, 1 something failed, 2 wrong use; kubectl, helm and shell give their own
`
}

const [name = '', ...args] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
if (command === undefined) {
  const asked = ['', 'help', '--help', '-h'].includes(name)
  process.stderr.write(asked ? help() : `no command "${name}"; known: ${Object.keys(commands).join(', ')}\n`)
  process.exitCode = name !== '' && asked ? 0 : 2
} else {
  try {
    process.exitCode = await command.run(args)
  } catch (error) {
    const { message, cause } = error instanceof Error ? error : new Error(String(error))
    const because = cause instanceof Error ? `\n${cause.message}` : ''
    process.stderr.write(`${message}${because}\n`)
    process.exitCode = error instanceof TypeError && 'code' in error ? 2 : 1
  }
}
