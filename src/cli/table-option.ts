import type { Option } from './command.ts'

export const tableOption: Option = {
  name: 'output',
  short: 'o',
  value: 'FORMAT',
  choices: ['table', 'json'],
  doc: 'table, or json for scripts',
}
