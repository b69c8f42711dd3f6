import { type Field, refusal, text } from '../config/fields.ts'

/** Room for a label in front, below the 253 characters that a name may have. */
const longest = 230

/** A domain name; `''` only when that is the default. */
export function domainName(fallback: string, doc: string): Field<string> {
  const expects = 'a domain name'
  return {
    ...text(fallback, doc),
    expects,
    schema: { type: 'string', maxLength: longest + 1 },
    parse(raw) {
      if (raw === '' && fallback === '') return ''
      const name = typeof raw === 'string' ? readDomainName(raw) : undefined
      if (name !== undefined) return name
      throw refusal(`${expects} such as "example.com"`, raw)
    },
  }
}

/** As answers repeat it: without the final dot. Undefined when it is no name. */
export function readDomainName(written: string): string | undefined {
  const name = written.replace(/\.$/, '')
  return name.length <= longest && /^[\w-]{1,63}(\.[\w-]{1,63})*$/.test(name) ? name : undefined
}
