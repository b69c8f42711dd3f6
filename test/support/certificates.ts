import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** PEM texts. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

export interface CertificateOptions {
  /** Common name, and a subject alternative name with those of `altNames`. */
  readonly name: string
  /** In the subject beside the name: a group, as Kubernetes reads it. */
  readonly organization?: string
  /** As OpenSSL writes them: `DNS:other.example`, `IP:127.0.0.1`. */
  readonly altNames?: readonly string[]
  /** Who signs; without one the certificate signs itself. */
  readonly ca?: Certificate
  /** May sign others. */
  readonly isCa?: boolean
  /** Valid from now for so many days; -1 has expired. */
  readonly days?: number
}

/** Makes a P-256 key and a certificate with the openssl command. */
export function makeCertificate(options: CertificateOptions): Certificate {
  const { name, organization, altNames = [], ca, isCa = false, days = 2 } = options
  const subject = `${organization === undefined ? '' : `/O=${organization}`}/CN=${name}`
  const folder = mkdtempSync(join(tmpdir(), 'meshprobe-cert-'))
  const path = (file: string) => join(folder, file)
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', path('key.pem'))
    openssl('req', '-new', '-key', path('key.pem'), '-subj', subject, '-out', path('request.pem'))
    writeFileSync(path('extensions'), extensionsOf([`DNS:${name}`, ...altNames], isCa))
    if (ca !== undefined) {
      writeFileSync(path('ca.key'), ca.key)
      writeFileSync(path('ca.crt'), ca.cert)
    }
    const signer =
      ca === undefined
        ? ['-signkey', path('key.pem')]
        : ['-CA', path('ca.crt'), '-CAkey', path('ca.key'), '-CAcreateserial']
    const validity = ['-days', String(days), '-sha256', '-extfile', path('extensions')]
    openssl('x509', '-req', '-in', path('request.pem'), '-out', path('cert.pem'), ...signer, ...validity)
    return { key: readFileSync(path('key.pem'), 'utf8'), cert: readFileSync(path('cert.pem'), 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function extensionsOf(altNames: readonly string[], isCa: boolean): string {
  const lines = [
    `subjectAltName = ${altNames.join(', ')}`,
    `basicConstraints = critical, CA:${isCa ? 'TRUE' : 'FALSE'}`,
  ]
  return `${lines.join('\n')}\n`
}
