import t from 'tap'

import { at, named, nameOf, podOf, render } from './helm.ts'

t.test('a release of another name prefixes the objects, and one that holds the name does not repeat it', async (t) => {
  t.ok(named(await render({}, { release: 'prod' }), 'prod/DaemonSet/prod-meshprobe-agent'))
  t.ok(named(await render({}, { release: 'meshprobe-eu' }), 'meshprobe-eu/DaemonSet/meshprobe-eu-agent'))
  t.ok(named(await render({ nameOverride: 'mp' }, { release: 'x' }), 'DaemonSet/x-mp-agent'))
  t.ok(named(await render({ fullnameOverride: 'net' }), 'Service/net-peers'))
})

t.test('the longest name still fits where Kubernetes wants 63 characters', async (t) => {
  const values = { 'loadBalancer.enabled': true, fullnameOverride: `${'a'.repeat(52)}-bcd` }
  const names = (await render(values)).map(({ metadata }) => metadata.name)
  for (const name of names.filter((it) => !it.endsWith('-meshprobe'))) t.ok(name.length <= 63, name)
  t.ok(names.includes(`${'a'.repeat(52)}-mesh-key`), 'without a dash too many')
})

t.test('another namespace moves everything, and the settings know it', async (t) => {
  const objects = await render({ namespaceOverride: 'elsewhere' })
  t.notOk(objects.some((object) => nameOf(object).startsWith('meshprobe/')))
  t.match(at(named(objects, 'ConfigMap/meshprobe-agent'), 'data/config.json'), '"namespace": "elsewhere"')
  t.match(named(objects, 'kube-system/RoleBinding/meshprobe-agent-elsewhere'), {
    subjects: [{ namespace: 'elsewhere' }],
  })
})

t.test('two releases can share a cluster: they have no object in common', async (t) => {
  const fixed = { fullnameOverride: 'meshprobe' }
  const first = (await render(fixed, { release: 'one' })).map(nameOf)
  const second = new Set((await render(fixed, { release: 'two' })).map(nameOf))
  t.strictSame(
    first.filter((name) => second.has(name)),
    [],
  )
})

t.test('every object has the common labels and annotations, beside its own', async (t) => {
  const values = {
    commonLabels: { team: 'net' },
    commonAnnotations: { owner: 'me' },
    'service.labels': { tier: 'x', 'app.kubernetes.io/name': 'other' },
    'service.annotations': { owner: 'you' },
  }
  const objects = await render(values)
  for (const object of objects) {
    t.match(object.metadata.labels, { team: 'net', 'helm.sh/chart': /^meshprobe-\d/ }, nameOf(object))
    t.match(object.metadata, { annotations: { owner: String } }, nameOf(object))
  }
  const { metadata } = named(objects, 'Service/meshprobe')
  t.match(metadata.labels, { tier: 'x', 'app.kubernetes.io/name': 'meshprobe', team: 'net' })
  t.match(metadata, { annotations: { owner: 'you' } }, 'its own win')
  t.match(podOf(named(objects, 'DaemonSet/meshprobe-agent')), { metadata: { labels: { team: 'net' } } })
})

t.test('further objects may be maps or text, and templates in them are rendered', async (t) => {
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one', namespace: '{{ .Release.Namespace }}' } }
  const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-two, namespace: n}\n'
  const objects = await render({ extraObjects: [map, text] })
  t.ok(named(objects, 'meshprobe/ConfigMap/one'))
  t.ok(named(objects, 'n/ConfigMap/meshprobe-two'))
})
