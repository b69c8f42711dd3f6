import { dirname } from 'node:path'

/** What an error of SQLite or of the file system means for the history. */
export type Trouble =
  /** What is in the file is not ours, or not whole. */
  | 'broken'
  /** It cannot be opened or written at all, for now. */
  | 'closed'
  /** It works, but there is no room for more. */
  | 'full'
  /** One thing in it cannot be read; the rest can. */
  | 'unreadable'

/** What only we can know of a file; SQLite tells the rest. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError'
  readonly trouble: Trouble

  constructor(trouble: Trouble, message: string, options?: ErrorOptions) {
    super(message, options)
    this.trouble = trouble
  }
}

/** https://www.sqlite.org/rescode.html: the lowest byte is the kind of error, the others are its details. */
const meanings: Readonly<Record<number, { readonly trouble: Trouble; readonly say: (file: string) => string }>> = {
  1: broken('does not have the tables it should have'),
  3: off('may not be written'),
  5: off('is held by another process; it is taken over when that one ends'),
  6: off('is held by another process; it is taken over when that one ends'),
  8: off('is on a read-only volume, or may not be written'),
  10: off('cannot be read or written: the disk reports errors, or a quota is used up'),
  11: broken('is damaged'),
  13: {
    trouble: 'full',
    say: (file) => `the history ${file} cannot grow: free some room on its volume, or let it have more`,
  },
  14: off('cannot be opened'),
  24: broken('is damaged'),
  26: broken('is no SQLite file'),
}

/** Undefined for an error that neither the disk nor SQLite made: then it is ours, a bug. */
export function troubleOf(error: unknown): Trouble | undefined {
  if (error instanceof HistoryError) return error.trouble
  const { code, errcode } = errorLike(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'full'
  if (code === 'ERR_SQLITE_ERROR') return meanings[kindOf(errcode)]?.trouble ?? 'closed'
  // An error of the operating system has its number.
  return typeof code === 'string' && typeof errorLike(error).errno === 'number' ? 'closed' : undefined
}

/** In a sentence, without its full stop. */
export function troubleInWords(error: unknown, file: string): string {
  const { code, errcode, message } = errorLike(error)
  if (!(error instanceof HistoryError) && code !== 'ERR_SQLITE_ERROR') {
    return `the history is off: ${dirname(file)} must be a directory that can be written (${message})`
  }
  if (code !== 'ERR_SQLITE_ERROR') return `the history ${file} ${message}`
  return `${meanings[kindOf(errcode)]?.say(file) ?? `the history ${file} does not work`} (${message})`
}

function kindOf(errcode: unknown): number {
  return typeof errcode === 'number' ? errcode & 0xff : 0
}

function off(what: string) {
  return { trouble: 'closed', say: (file: string) => `the history is off: ${file} ${what}` } as const
}

function broken(what: string) {
  return { trouble: 'broken', say: (file: string) => `the history ${file} ${what}` } as const
}

interface ErrorLike {
  readonly code?: unknown
  readonly errcode?: unknown
  readonly errno?: unknown
  readonly message?: unknown
}

function errorLike(error: unknown): ErrorLike {
  return typeof error === 'object' && error !== null ? error : {}
}
