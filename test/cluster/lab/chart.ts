import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { parse } from 'yaml'

export const chartFolder = join(import.meta.dirname, '../../../charts/meshprobe')

/** What the chart calls its image when nobody says otherwise: so the lab's own build is found under it. */
export async function imageOfChart(): Promise<string> {
  const [chart, values] = await Promise.all(['Chart.yaml', 'values.yaml'].map(readChart))
  const { registry, repository, tag } = values.image
  return `${registry}/${repository}:${tag || chart.appVersion}`
}

async function readChart(file: string) {
  return parse(await readFile(join(chartFolder, file), 'utf8'))
}
