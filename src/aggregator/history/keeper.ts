import { asideBytes, putAside, removeAsides } from './aside.ts'
import type { RoomOptions } from './room.ts'
import { openStore, type Store } from './store.ts'
import { type Trouble, troubleInWords, troubleOf } from './troubles.ts'

/** What was tried when something went wrong; each is over by itself. */
export type Topic = 'file' | 'findings' | 'matrices' | 'reading'

export interface KeeperOptions extends RoomOptions {
  readonly wallMs: () => number
  readonly log: (line: string) => void
}

/** Holds the file open, and opens it again after whatever happens to it. Only bugs are thrown. */
export interface Keeper {
  /** Reads from the file; undefined when there is none or it cannot be read. */
  read<T>(act: (store: Store) => T): T | undefined
  /** Writes to the file, which is opened or begun anew when it has to be. */
  write(topic: Topic, act: (store: Store) => void): void
  readonly trouble: string | undefined
  close(): void
}

export function createKeeper({ wallMs, log, ...options }: KeeperOptions): Keeper {
  const { file } = options
  const troubles = createTroubles(log)
  let store: Store | undefined
  let isClosed = false
  let aside = 0

  function attempt<T>(topic: Topic, act: () => T): T | undefined {
    try {
      const answer = act()
      troubles.over(topic)
      return answer
    } catch (error) {
      const trouble = troubleOf(error)
      if (trouble === undefined) throw error
      recover(topic, trouble, error)
      return undefined
    }
  }

  function recover(topic: Topic, trouble: Trouble, error: unknown): void {
    const words = troubleInWords(error, file)
    if (trouble === 'broken' || trouble === 'closed') letGo()
    else troubles.tell(topic, words)
    if (trouble === 'closed') troubles.tell('file', words)
    if (trouble !== 'broken') return
    if (topic === 'file') troubles.tell('file', words)
    else attempt('file', () => beginAnew(error))
  }

  function open(): void {
    if (store !== undefined || isClosed) return
    attempt('file', () => {
      try {
        store = openStore(options, wallMs())
        aside = asideBytes(file)
      } catch (error) {
        if (troubleOf(error) !== 'broken') throw error
        beginAnew(error)
      }
    })
  }

  function beginAnew(error: unknown): void {
    const path = putAside(file, wallMs())
    log(`${troubleInWords(error, file)}: it is put aside as ${path}, and a new one is begun`)
    store = openStore(options, wallMs())
    aside = asideBytes(file)
  }

  function letGo(): void {
    store?.close()
    store = undefined
  }

  /** What was put aside is kept for as long as there is room for both. */
  function makeRoom({ room }: Store): void {
    if (aside === 0 || room.bytes() + aside <= room.bytesAtMost) return
    removeAsides(file)
    aside = 0
    log(`the history ${file} needs the room of what was put aside beside it: that is removed`)
  }

  open()
  return {
    read: (act) => store && attempt('reading', () => store && act(store)),
    write(topic, act) {
      open()
      const opened = store
      if (opened === undefined) return
      attempt(topic, () => {
        makeRoom(opened)
        act(opened)
      })
    },
    get trouble() {
      return troubles.first()
    },
    close() {
      isClosed = true
      letGo()
    },
  }
}

/** What is wrong, told when it begins, when it changes and when it is over. */
function createTroubles(log: (line: string) => void) {
  const troubles = new Map<Topic, string>()
  return {
    tell(topic: Topic, words: string): void {
      if (troubles.get(topic) !== words) log(words)
      troubles.set(topic, words)
    },
    over(topic: Topic): void {
      if (troubles.delete(topic) && troubles.size === 0) log('the history works again')
    },
    /** One minute that cannot be read is worth a line of the log, and no alarm. */
    first: () => [...troubles].find(([topic]) => topic !== 'reading')?.[1],
  }
}
