import type { World } from '../cli/command.ts'
import type { FaultTable } from './fault-table.ts'
import { afterKey, firstMenu, type Wish } from './menu.ts'
import { type Shown, screenLines } from './screen.ts'
import type { DemoWorld } from './world.ts'

const clear = '\u001b[2J'
const home = '\u001b[H'
const toLineEnd = '\u001b[K'
const toScreenEnd = '\u001b[J'
const hideCursor = '\u001b[?25l'
const showCursor = '\u001b[?25h'
/** Also how soon a resized terminal is noticed. */
const redrawMs = 1000

/** A live table that keys steer, redrawn in place until `signal` aborts or somebody quits. */
export function runTerminal(
  { stdin, stdout, signal }: Pick<World, 'stdin' | 'stdout' | 'signal'>,
  { world, url }: { readonly world: DemoWorld; readonly url: string },
): Promise<void> {
  const draw = createDrawing(stdout)
  let menu = firstMenu
  const redraw = () =>
    draw({ matrices: world.matrices(), findings: world.findings(), active: world.faults.active(), menu, url })

  return new Promise((resolve) => {
    const end = () => {
      clearInterval(timer)
      silence()
      stdin.off('data', onKey)
      stdin.setRawMode(false)
      stdin.pause()
      signal.removeEventListener('abort', end)
      stdout.write(`${showCursor}\r\n`)
      resolve()
    }
    const onKey = (bytes: Buffer) => {
      const step = afterKey(menu, bytes.toString('utf8'), world.matrices().length)
      menu = step.menu
      if (step.wish?.wish === 'quit') return end()
      if (step.wish !== undefined) grant(step.wish, world.faults)
      redraw()
    }
    const timer = setInterval(redraw, redrawMs)
    stdin.setRawMode(true)
    stdin.on('data', onKey)
    stdin.resume()
    signal.addEventListener('abort', end, { once: true })
    // A defect ends the demo by an error, which is to be read on a sane terminal.
    world.done.catch(end)
    const silence = world.onNews(redraw)
    stdout.write(hideCursor)
    redraw()
    if (signal.aborted) end()
  })
}

/** Draws over what is there; begins anew when the terminal has another size. */
function createDrawing(stdout: World['stdout']): (shown: Shown) => void {
  let before = ''
  return (shown) => {
    const { columns, rows } = stdout
    const size = `${columns}x${rows}`
    const lines = screenLines(shown, { columns, rows }).map((line) => `${line}${toLineEnd}`)
    stdout.write(`${size === before ? '' : clear}${home}${lines.join('\r\n')}${toScreenEnd}`)
    before = size
  }
}

function grant(wish: Wish, faults: FaultTable): void {
  if (wish.wish === 'heal') for (const fault of faults.active()) faults.heal(fault)
  if (wish.wish === 'toggle' && !faults.set(wish.fault)) faults.heal(wish.fault)
}
