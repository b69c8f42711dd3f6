import type { Route } from './route.ts'
import { findings } from './routes/findings.ts'
import { history, told } from './routes/history.ts'
import { matrix } from './routes/matrix.ts'
import { nodes } from './routes/nodes.ts'
import { pair } from './routes/pair.ts'

/** Every question that is answered with JSON. To add one: write its file, then add its line here. */
export const routes: readonly Route[] = [findings, matrix, nodes, pair, history, told]
