/** Every command. To add one: write its file, then add its line here. */
export { agent } from './agent.ts'
export { check } from './check.ts'
export { config } from './config.ts'
export { demo } from './demo.ts'
export { version } from './version.ts'
