// Runs the demo as a user would, with two bad DNS replicas, and looks at what it serves: exactly these two columns
// fail external names, from all twelve nodes, and nothing else fails in the matrix. Then it is interrupted.
import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

const port = 8185
const faults = ['dns-2', 'dns-5'].flatMap((replica) => ['--fault', `dns_replica_external=${replica}`])
const demo = spawn('node', ['src/main.ts', 'demo', '--port', String(port), ...faults], { stdio: 'inherit' })
const exited = new Promise((resolve) => demo.once('exit', (code) => resolve(code)))
const startedMs = Date.now()

try {
  for (;;) {
    if (Date.now() - startedMs > 60_000) throw new Error('not all twelve nodes were seen within 60 s')
    if (demo.exitCode !== null) throw new Error(`the demo ended with ${demo.exitCode}`)
    await delay(500)
    const [external, peers] = await Promise.all([cells('dns_replica', 'external'), cells('peer_http')])
    if (peers.length < 12 * 12 || external.length < 12 * 6) continue
    const failing = external.filter(({ failures }) => failures > 0)
    const names = [...new Set(failing.map(({ column }) => column))].sort()
    console.log(`after ${((Date.now() - startedMs) / 1000).toFixed(0)} s: ${failing.length} cells fail, ${names}`)
    if (names.join() !== 'dns-2,dns-5' || failing.length !== 24) throw new Error('expected dns-2 and dns-5 in 24 cells')
    if (peers.some(({ failures }) => failures > 0)) throw new Error('peers fail, and none was broken')
    break
  }
} finally {
  demo.kill('SIGINT')
}
const code = await exited
if (code !== 0) throw new Error(`interrupted, the demo ended with ${code}`)

async function cells(check, variant) {
  try {
    const query = new URLSearchParams({ check, ...(variant && { variant }) })
    const { matrices } = await (await fetch(`http://127.0.0.1:${port}/page/matrix?${query}`)).json()
    const rows = matrices.filter((matrix) => matrix.variant === variant).flatMap((matrix) => Object.values(matrix.cells))
    return rows.flatMap((row) => Object.entries(row).map(([column, cell]) => ({ column, ...cell })))
  } catch {
    return [] // not listening yet
  }
}
