import { failed, type Identity, type Outcome } from '../model/result.ts'
import type { Target } from '../model/target.ts'
import { excerpt } from './excerpt.ts'
import type { Keyring } from './keyring.ts'
import { seal, unseal } from './sealed.ts'

/** The answer to the question that carried `nonce`: who answers, and proof that it holds our mesh key. */
export function sealIdentity(identity: Identity, nonce: string, keyring: Keyring): string {
  const { cluster, node, zone, hostIp, podUid, bootId, draining } = identity
  const fields = { nonce, cluster, node, zone, host: hostIp, pod: podUid, boot: bootId, draining: draining ? 1 : 0 }
  return seal('reply', fields, keyring)
}

/** `other`: an agent's answer, but not to the question that carried our nonce. */
export type Reply =
  | { readonly reply: 'identity'; readonly identity: Identity }
  | { readonly reply: 'other' }
  | { readonly reply: 'bad'; readonly detail: string }

export function readIdentity(text: string, nonce: string, keyring: Keyring): Reply {
  const opened = unseal('reply', text, keyring)
  if (opened.seal === 'foreign') return { reply: 'bad', detail: `no agent answers like this: ${excerpt(text)}` }
  const { fields } = opened
  const field = (name: string) => fields.get(name) ?? ''
  if (field('nonce') !== nonce) return { reply: 'other' }
  if (opened.seal === 'forged') return { reply: 'bad', detail: 'the answer is signed with another mesh key than ours' }
  const identity = {
    cluster: field('cluster'),
    node: field('node'),
    zone: field('zone'),
    hostIp: field('host'),
    podUid: field('pod'),
    bootId: field('boot'),
    draining: field('draining') === '1',
  }
  return { reply: 'identity', identity }
}

/** Whether the one who answered may: our cluster, and the peer when it was a peer that we asked. */
export function judgeIdentity(identity: Identity, { peer }: Pick<Target, 'peer'>, cluster: string): Outcome {
  const { node, podUid } = identity
  if (identity.cluster !== cluster) return failed('wrong_peer', `${node} of cluster "${identity.cluster}" answers`)
  if (peer !== undefined && node !== peer.node) return failed('wrong_peer', `${node} answers instead of ${peer.node}`)
  // A list that does not know pods leaves this empty.
  if (peer !== undefined && peer.podUid !== '' && podUid !== peer.podUid) {
    return failed('wrong_peer', `pod ${podUid} of ${node} answers instead of pod ${peer.podUid}`)
  }
  return { outcome: 'reached', answer: { identity } }
}
