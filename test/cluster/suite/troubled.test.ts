import { setTimeout as sleep } from 'node:timers/promises'

import t from 'tap'

import { limitPod, signalPod } from '../lab/pod-cgroup.ts'
import { findingEvents } from '../observe/events.ts'
import { leaderOf } from '../observe/leader.ts'
import { shareOfRounds } from '../observe/rounds-run.ts'
import { heardMesh, saidDuring } from './heard-mesh.ts'
import { skipUnless } from './rotation.ts'

const almostAll = 0.99

interface Trouble {
  begin(uid: string): Promise<void>
  end(uid: string): Promise<void>
  /** Shorter than what the kubelet takes to end who does not answer it. */
  readonly forMs: number
}

const troubles: Readonly<Record<string, Trouble>> = {
  frozen: { begin: (uid) => signalPod(uid, 'SIGSTOP'), end: (uid) => signalPod(uid, 'SIGCONT'), forMs: 25_000 },
  starved: { begin: (uid) => limitPod(uid, 0.05), end: (uid) => limitPod(uid), forMs: 60_000 },
}

for (const [what, { begin, end, forMs }] of Object.entries(troubles)) {
  t.test(`the leading aggregator is ${what}: nobody is accused, and all agents go on`, skipUnless(5), async (t) => {
    const mesh = await heardMesh(t)
    const { uid = '' } = await leaderOf(mesh.watch)
    const beganMs = Date.now()
    const said = await saidDuring(mesh, what, async () => {
      await begin(uid)
      t.teardown(() => end(uid).catch(() => {}))
      await sleep(forMs)
      await end(uid)
    })
    t.same(said, [])
    t.same(await findingEvents(beganMs), [], 'nor does Kubernetes hear of any')
    const { share, node } = shareOfRounds(mesh.observer.all(), mesh.plan, [beganMs, Date.now() - 10_000])
    t.ok(share >= almostAll, `${node} ran ${share} of its rounds`)
    t.ok(await leaderOf(mesh.watch), 'they agree on who leads')
  })
}
