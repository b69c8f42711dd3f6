import t from 'tap'

import { kubeServerIn } from '../../src/cli/kubeconfig.ts'

const config = (cluster: string, rest = '') => `
apiVersion: v1
kind: Config
current-context: here
contexts:
  - {name: other, context: {cluster: other, user: me}}
  - {name: here, context: {cluster: mine, user: me}}
clusters:
  - {name: other, cluster: {server: 'https://other:1'}}
  - name: mine
    cluster: ${cluster}
users: [{name: me, user: {token: secret}}]
${rest}`

const read = (...texts: readonly string[]) =>
  kubeServerIn(texts.map((text, i) => ({ path: `/home/me/.kube/c${i}`, text })))

t.test('kubeServerIn() finds the server of the current context', async (t) => {
  const nothing = { caFile: '', caText: '', serverName: '' }
  const cases = [
    { name: 'a name', text: config("{server: 'https://api.example:6443'}"), host: 'api.example', port: 6443 },
    { name: 'no port', text: config("{server: 'https://api.example'}"), host: 'api.example', port: 443 },
    { name: 'IPv4', text: config("{server: 'https://10.0.0.1:6443/k8s'}"), host: '10.0.0.1', port: 6443 },
    { name: 'IPv6', text: config("{server: 'https://[fd00::1]:6443'}"), host: 'fd00::1', port: 6443 },
  ]
  for (const { name, text, host, port } of cases) t.same(read(text), { host, port, ...nothing }, name)
})

t.test('kubeServerIn() finds who signed its certificate', async (t) => {
  const data = Buffer.from('PEM').toString('base64')
  t.match(read(config(`{server: 'https://a', certificate-authority-data: ${data}}`)), { caText: 'PEM', caFile: '' })
  t.match(read(config(`{server: 'https://a', certificate-authority: ca.crt}`)), { caFile: '/home/me/.kube/ca.crt' })
  t.match(read(config(`{server: 'https://a', certificate-authority: /etc/ca.crt}`)), { caFile: '/etc/ca.crt' })
})

t.test('kubeServerIn() finds the name of its certificate', async (t) => {
  t.match(read(config("{server: 'https://10.0.0.1', tls-server-name: api.example}")), { serverName: 'api.example' })
})

t.test('kubeServerIn() reads several files, and the first that says something wins', async (t) => {
  const first =
    "contexts: [{name: here, context: {cluster: mine}}]\nclusters: [{name: mine, cluster: {server: 'https://first'}}]"
  t.match(read('{}', first, config("{server: 'https://second'}")), { host: 'first' })
  t.match(read('current-context: other', config("{server: 'https://second'}")), { host: 'other' })
})

t.test('kubeServerIn() knows nothing when the files do not say', async (t) => {
  const cases = [
    { name: 'no file', texts: [] },
    { name: 'an empty file', texts: [''] },
    { name: 'not a kubeconfig', texts: ['[1, 2]', 'contexts: 3', 'clusters: [null]'] },
    { name: 'no such context', texts: ['current-context: here'] },
    { name: 'no server', texts: [config('{}')] },
    { name: 'not HTTPS', texts: [config("{server: 'http://a'}")] },
    { name: 'not a URL', texts: [config('{server: here}')] },
  ]
  for (const { name, texts } of cases) t.equal(read(...texts), undefined, name)
})
