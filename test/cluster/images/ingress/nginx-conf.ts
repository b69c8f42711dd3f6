import type { Route } from './routes.ts'

/** On loopback, where nginx says that it answers. */
export const nginxStatusPort = 10246
const httpPort = 8080

const main = `worker_processes 1;
daemon off;
pid /tmp/nginx.pid;
error_log stderr warn;
events { worker_connections 4096; }`

const paths = ['client_body', 'proxy', 'fastcgi', 'scgi', 'uwsgi'].map((kind) => `${kind}_temp_path /tmp/${kind};`)

// As ingress-nginx has them by default.
const common = `access_log off;
${paths.join('\n')}
proxy_http_version 1.1;
proxy_connect_timeout 5s;
proxy_read_timeout 60s;
proxy_send_timeout 60s;
proxy_next_upstream error timeout;
proxy_next_upstream_tries 3;
proxy_set_header Host $http_host;
proxy_set_header Connection "";
proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-For $remote_addr;
proxy_set_header X-Forwarded-Host $http_host;
proxy_set_header X-Forwarded-Proto $scheme;
server { listen 127.0.0.1:${nginxStatusPort}; return 200; }`

export interface Listening {
  readonly ipv6: boolean
}

/** The configuration of nginx for some routes. Hosts that have none get 404, routes without a pod 503. */
export function nginxConf(routes: readonly Route[], { ipv6 }: Listening): string {
  const named = routes.map((route, index) => ({ ...route, upstream: `upstream${index}` }))
  const hosts = Map.groupBy(named, ({ host }) => host)
  const listen = (option: string) =>
    [`listen ${httpPort}${option};`, ...(ipv6 ? [`listen [::]:${httpPort}${option};`] : [])].join(' ')
  const rest = hosts.has('') ? [] : [`server { ${listen(' default_server')} return 404; }`]
  const servers = [...hosts].map(([host, ofHost]) => {
    const name = host === '' ? listen(' default_server') : `${listen('')} server_name ${host};`
    return `server {\n${name}\n${locationsOf(ofHost)}\n}`
  })
  return `${main}\nhttp {\n${[common, ...named.map(upstreamOf), ...rest, ...servers].join('\n')}\n}\n`
}

interface Named extends Route {
  readonly upstream: string
}

/** `max_fails=0`: ingress-nginx never stops trying a pod that the cluster calls ready. */
function upstreamOf({ upstream, servers }: Named): string {
  if (servers.length === 0) return ''
  const lines = servers.map((server) => `server ${server} max_fails=0;`)
  return `upstream ${upstream} {\n${lines.join('\n')}\nkeepalive 320;\nkeepalive_timeout 60s;\nkeepalive_requests 10000;\n}`
}

/** One for each match: an exact path goes before a prefix, and of two that say the same the first is taken. */
function locationsOf(routes: readonly Named[]): string {
  const locations = new Map<string, string>()
  for (const route of routes.toSorted((a, b) => Number(b.exact) - Number(a.exact))) {
    const { upstream, servers } = route
    const answer = servers.length === 0 ? 'return 503;' : `proxy_pass http://${upstream};`
    for (const match of matchesOf(route)) {
      if (!locations.has(match)) locations.set(match, `location ${match} { ${answer} }`)
    }
  }
  return [...locations.values()].join('\n')
}

function matchesOf({ path, exact }: Route): readonly string[] {
  if (exact) return [`= ${path}`]
  const prefix = path.replace(/\/$/, '')
  return prefix === '' ? ['/'] : [`= ${prefix}`, `${prefix}/`]
}
