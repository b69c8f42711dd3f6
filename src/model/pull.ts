/** Where an agent serves its rounds, on its metrics port. */
export const roundsPath = '/v1/rounds'

/** How far the clocks of asker and answerer may be apart. */
const minutesApart = 5

/** Signs and checks with the mesh key; the model itself knows no cryptography. */
export interface Signer {
  sign(text: string): string
  verify(text: string, mac: string): boolean
}

/** The bearer token for one path of one pod, good for the minutes around `wallMs`. */
export function pullToken(signer: Signer, path: string, podUid: string, wallMs: number): string {
  const minute = Math.floor(wallMs / 60_000)
  return `${minute}.${signer.sign(tokenText(path, podUid, minute))}`
}

/** Whether a token lets its bearer read `path` of pod `podUid` now. */
export function isPullToken(signer: Signer, token: string, path: string, podUid: string, wallMs: number): boolean {
  const [, digits, mac] = /^(\d{1,10})\.([\w-]{1,64})$/.exec(token) ?? []
  if (digits === undefined || mac === undefined) return false
  const minute = Number(digits)
  if (Math.abs(minute - Math.floor(wallMs / 60_000)) > minutesApart) return false
  return signer.verify(tokenText(path, podUid, minute), mac)
}

function tokenText(path: string, podUid: string, minute: number): string {
  return `pull|${path}|${podUid}|${minute}`
}
