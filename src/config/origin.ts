/** Where a setting's value comes from. */
export type Origin =
  | { readonly from: 'default' }
  | { readonly from: 'file'; readonly file: string; readonly line?: number }
  | { readonly from: 'environment'; readonly name: string }
  | { readonly from: 'flag' }

export function showOrigin(origin: Origin): string {
  if (origin.from === 'file') return `file ${origin.file}${origin.line === undefined ? '' : `:${origin.line}`}`
  if (origin.from === 'environment') return `environment ${origin.name}`
  return origin.from
}
