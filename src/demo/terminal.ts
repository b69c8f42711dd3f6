import type { World } from '../cli/command.ts'
import { afterKey, firstMenu, type Wish } from './menu.ts'
import { screenLines } from './screen.ts'
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
  let menu = firstMenu
  let size = ''

  function draw(): void {
    const { columns, rows } = stdout
    const shown = { matrices: world.matrices(), active: world.faults.active(), menu, url }
    const lines = screenLines(shown, { columns, rows })
    const resized = size !== `${columns}x${rows}`
    size = `${columns}x${rows}`
    stdout.write(`${resized ? clear : ''}${home}${lines.map((line) => line + toLineEnd).join('\r\n')}${toScreenEnd}`)
  }

  function grant(wish: Wish): void {
    if (wish.wish === 'heal') for (const fault of world.faults.active()) world.faults.heal(fault)
    if (wish.wish === 'toggle' && !world.faults.set(wish.fault)) world.faults.heal(wish.fault)
  }

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
      if (step.wish !== undefined) grant(step.wish)
      draw()
    }
    const timer = setInterval(draw, redrawMs)
    stdin.setRawMode(true)
    stdin.on('data', onKey)
    stdin.resume()
    signal.addEventListener('abort', end, { once: true })
    // A defect ends the demo by an error, which is to be read on a sane terminal.
    world.done.catch(end)
    const silence = world.onNews(draw)
    stdout.write(hideCursor)
    draw()
  })
}
