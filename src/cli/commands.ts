/** Every command. To add one: write its file, then add its line here. */
export { config } from './config.ts'
export { version } from './version.ts'
