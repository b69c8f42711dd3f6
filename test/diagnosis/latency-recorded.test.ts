import { createReadStream, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'

import t from 'tap'

import { boundedLines } from '../../src/cli/bounded-lines.ts'
import { readRecording } from '../../src/cli/read-recording.ts'
import { createAtlas } from '../../src/diagnosis/atlas.ts'
import { createLatency } from '../../src/diagnosis/latency/latency.ts'
import type { RoundInput } from '../../src/model/recording.ts'
import type { Round } from '../../src/model/round.ts'

const recordings = join(import.meta.dirname, 'recordings')

t.test('real answers, with real faults other than slowness, make nobody slow', async (t) => {
  const { rounds, accused } = await judged((round) => round)
  t.ok(rounds > 150, `${rounds} rounds, one recording after another as if it were one`)
  t.strictSame(accused, [])
})

t.test('among real answers a node is named whose answers take 60 ms more', async (t) => {
  const { accused } = await judged((round, number) => (number > 100 ? slower(round, 'w2') : round))
  t.strictSame(accused, ['w2'])
})

async function judged(change: (round: Round, number: number) => Round) {
  const atlas = createAtlas()
  const latency = createLatency(atlas)
  const accused = new Set<string>()
  let number = 0
  for await (const { view, rounds, round } of allRecorded()) {
    number += 1
    atlas.follow(view)
    for (const each of rounds) {
      if (each.starvedScore < 2)
        latency.noteRound(change({ ...each, round: each.round - round + number }, number), number)
    }
    for (const { entity } of latency.judge(number, [])) accused.add(entity.name)
  }
  return { rounds: number, accused: [...accused] }
}

async function* allRecorded(): AsyncGenerator<RoundInput> {
  for (const file of readdirSync(recordings)) {
    if (!file.endsWith('.ndjson.gz')) continue
    yield* readRecording(boundedLines(createReadStream(join(recordings, file)).pipe(createGunzip())))
  }
}

const octaves = 8

/** 60 ms more, wherever the node is one of both ends. */
function slower(round: Round, node: string): Round {
  const later = (bucket: number) => Math.floor(octaves * Math.log2(2 ** (bucket / octaves) + 60_000))
  const stable = round.stable.map((pair) =>
    pair.peer !== node && round.node !== node
      ? pair
      : { ...pair, latency: pair.latency.map(([bucket, n]) => [later(bucket), n] as const) },
  )
  return { ...round, stable }
}
