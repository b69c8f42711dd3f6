/** Writes the bill of materials of what the bundle is made of, to the file that is named: the same text every time. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('usage: node sbom.ts FILE')

// What is optional is a Node to develop with; the image's own is known to its base.
const options = ['sbom', '--omit', 'dev', '--omit', 'optional', '--sbom-format', 'spdx', '--sbom-type', 'application']
const bill = JSON.parse(execFileSync('npm', options, { encoding: 'utf8' }))

// npm puts a random number and the time of day in, and the same commit could not be built twice.
const epoch = Number(process.env['SOURCE_DATE_EPOCH'] ?? 0)
const digest = createHash('sha256').update(JSON.stringify(bill.packages)).digest('hex')
bill.documentNamespace = `http://spdx.org/spdxdocs/${bill.name}-${digest}`
bill.creationInfo.created = new Date(1000 * epoch).toISOString().replace('.000Z', 'Z')
writeFileSync(file, `${JSON.stringify(bill, undefined, 2)}\n`)
