/** What the exit code says, the same for every command. */
export const exitCodes = {
  ok: { code: 0, doc: 'all well' },
  failed: { code: 1, doc: 'something failed' },
  usage: { code: 2, doc: 'wrong use, or settings that cannot be used' },
  unknown: { code: 3, doc: 'cannot tell' },
} as const satisfies Record<string, { readonly code: number; readonly doc: string }>

export type Exit = keyof typeof exitCodes
