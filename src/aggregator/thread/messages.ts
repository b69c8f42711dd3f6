import type { Finding } from '../../model/finding.ts'
import type { ViewLine } from '../../model/recording.ts'
import type { Kept } from '../evaluator.ts'
import type { PackedInput } from '../packed-input.ts'
import type { Archive } from '../sources.ts'

/** What goes to the thread that judges. */
export type Question =
  | { readonly kind: 'observe'; readonly id: number; readonly input: SentInput }
  | { readonly kind: 'ask'; readonly id: number; readonly name: keyof Archive; readonly given: readonly unknown[] }
  | { readonly kind: 'close' }

/** Without the view where it is the same as in the message before: of thousands of nodes it is long. */
export interface SentInput extends Omit<PackedInput, 'view'> {
  readonly view: ViewLine | undefined
}

/** What comes back. */
export type Reply =
  | { readonly kind: 'findings'; readonly id: number; readonly findings: readonly Finding[]; readonly tookMs: number }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: unknown }
  | { readonly kind: 'kept'; readonly kept: Kept }
  | { readonly kind: 'unread'; readonly node: string }
  | { readonly kind: 'log'; readonly line: string }

/** One end of a channel, as `node:worker_threads` has it. */
export interface Port {
  postMessage(message: unknown, moved: ArrayBuffer[]): void
  on(event: 'message', listener: (message: unknown) => void): unknown
}
