import type { Keyring } from './keyring.ts'

/** What a sealed text is: part of what its MAC covers, so that an answer cannot be sent as a question. */
export type SealedKind = 'probe' | 'reply'

/** `foreign` is no text of ours; `forged` looks like one, but nobody who holds our key wrote it. */
export type Unsealed =
  | { readonly seal: 'valid'; readonly fields: URLSearchParams }
  | { readonly seal: 'forged'; readonly fields: URLSearchParams }
  | { readonly seal: 'foreign' }

/** No text of ours is longer, so nothing longer is looked at. */
export const sealedLimit = 2048

const macField = '&mac='

/** Fields as `name=value&…`, percent-encoded, with a MAC over all before it. `docs/wire.md` */
export function seal(kind: SealedKind, fields: Readonly<Record<string, string | number>>, keyring: Keyring): string {
  let text = headOf(kind)
  for (const name in fields) text += `&${name}=${encodeURIComponent(fields[name] ?? '')}`
  return `${text}${macField}${keyring.sign(text)}`
}

export function unseal(kind: SealedKind, text: string, keyring: Keyring): Unsealed {
  const end = text.lastIndexOf(macField)
  if (end < 0 || text.length > sealedLimit || !text.startsWith(`${headOf(kind)}&`)) return { seal: 'foreign' }
  const covered = text.slice(0, end)
  const fields = new URLSearchParams(covered)
  const valid = keyring.verify(covered, text.slice(end + macField.length))
  return { seal: valid ? 'valid' : 'forged', fields }
}

function headOf(kind: SealedKind): string {
  return `meshprobe=1.${kind}`
}
