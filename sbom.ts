/** Writes the bill of materials of what the bundle is made of, to the file that is named: the same text every time. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('usage: node sbom.ts FILE')

const options = ['sbom', '--sbom-format', 'spdx', '--sbom-type', 'application']
const bill = JSON.parse(execFileSync('npm', options, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }))

// npm's `--omit dev` leaves out what development needs too, like `yaml`. What is optional is a Node to develop with.
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const ids = new Set(['SPDXRef-DOCUMENT', ...bill.packages.filter(isShipped).map(({ SPDXID }: Package) => SPDXID)])
bill.packages = bill.packages.filter(({ SPDXID }: Package) => ids.has(SPDXID))
bill.relationships = bill.relationships.filter(
  ({ spdxElementId, relatedSpdxElement }: Relationship) => ids.has(spdxElementId) && ids.has(relatedSpdxElement),
)

// npm puts a random number and the time of day in, and the same commit could not be built twice.
const epoch = Number(process.env['SOURCE_DATE_EPOCH'] ?? 0)
const digest = createHash('sha256').update(JSON.stringify(bill.packages)).digest('hex')
bill.documentNamespace = `http://spdx.org/spdxdocs/${bill.name}-${digest}`
bill.creationInfo.created = new Date(1000 * epoch).toISOString().replace('.000Z', 'Z')
writeFileSync(file, `${JSON.stringify(bill, undefined, 2)}\n`)

/** Types are gone from what is shipped, whoever depends on them. */
function isShipped({ packageFileName }: Package): boolean {
  const { dev, optional, devOptional } = lock.packages[packageFileName]
  return !dev && !optional && !devOptional && !packageFileName.includes('/@types/')
}

interface Package {
  readonly SPDXID: string
  readonly packageFileName: string
}

interface Relationship {
  readonly spdxElementId: string
  readonly relatedSpdxElement: string
}
