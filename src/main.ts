#!/usr/bin/env node
import type { WriteStream } from 'node:tty'

import { dispatch } from './cli/dispatch.ts'

// The only file that touches the process. Its bundle begins with a line that a Node too old for the rest understands.
const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error(`got ${name}`)))

// Whoever reads us may stop reading: `meshprobe config | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

// As a plug-in of kubectl we have its name, and who asks for help types that.
const isPlugin = /(^|[\\/])kubectl-meshprobe(\.\w+)?$/.test(process.argv[1] ?? '')

process.exitCode = await dispatch(process.argv.slice(2), {
  program: isPlugin ? 'kubectl meshprobe' : 'meshprobe',
  env: process.env,
  // Opened by whoever reads it: the agent never does.
  get stdin() {
    return process.stdin
  },
  stdout: outputOf(process.stdout),
  stderr: outputOf(process.stderr),
  signal: stop.signal,
})

function outputOf(stream: WriteStream) {
  return {
    write: (text: string) => stream.write(text),
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80
    },
    get rows() {
      return stream.rows ?? 24
    },
  }
}
