import { isPassing } from '../../kubernetes/api-error.ts'
import { createTeller } from '../../kubernetes/teller.ts'
import type { Refused, Tell, Topic } from '../../kubernetes/topic.ts'

const everything = 'the cluster'

/**
 * Says each missing right once, and with one sentence that the API server is away, however many topics notice it; then
 * once that it is over.
 */
export function createCensusTeller(log: (line: string) => void): Tell {
  const say = createTeller(log)
  const waiting = new Set<string>()
  return (topic, refused) => {
    const { subject } = topic
    if (refused !== undefined && isPassing(refused.error)) {
      if (waiting.size === 0) say(new Map([[everything, awaySentence(topic, refused)]]))
      waiting.add(subject)
      return
    }
    say(new Map([[subject, refused === undefined ? '' : rightSentence(topic, refused)]]))
    waiting.delete(subject)
    if (waiting.size === 0) say(new Map([[everything, '']]))
  }
}

function awaySentence(topic: Topic, { verb, error }: Refused): string {
  return `Could not ${verb} ${kindOf(topic)}, so what is known of the cluster stays as it is (${error.message})`
}

function rightSentence(topic: Topic, { verb, error }: Refused): string {
  const { subject, namespace } = topic
  const where = namespace === '' ? 'in the cluster' : `in namespace ${namespace}`
  const role = namespace === '' ? 'ClusterRole' : 'Role there'
  return error.status === 403
    ? `May not ${verb} ${kindOf(topic)} ${where}, so ${subject} stay as last known; grant it in a ${role} (${error.message})`
    : `Could not ${verb} ${kindOf(topic)} ${where}, so ${subject} stay as last known (${error.message})`
}

function kindOf({ resource }: Topic): string {
  return resource === 'endpointslices' ? 'endpointslices.discovery.k8s.io' : resource
}
