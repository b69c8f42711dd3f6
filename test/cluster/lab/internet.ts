import { mkdir, writeFile } from 'node:fs/promises'

import { bin, inState } from './paths.ts'
import type { Plan } from './plan.ts'
import { start } from './processes.ts'

/** The world outside: a name server that knows internet.example and denies all else, and a web server. */
export async function startInternet({ internet }: Plan): Promise<void> {
  const { netns, ips } = internet
  await writeFile(inState('Corefile'), corefile(ips[0] ?? ''))
  await start({ name: 'upstream-dns', netns, command: [bin('coredns'), '-conf', inState('Corefile')] })
  await mkdir(inState('web'), { recursive: true })
  await writeFile(inState('web', 'nginx.conf'), nginxConfig())
  await start({ name: 'web', netns, command: ['nginx', '-c', inState('web', 'nginx.conf'), '-g', 'daemon off;'] })
  // Whom the nodes ask for names outside the cluster.
  await writeFile(inState('resolv.conf'), `nameserver ${ips[0]}\n`)
}

function corefile(ip: string): string {
  return `.:53 {
  errors
  template IN A internet.example {
    answer "{{ .Name }} 60 IN A ${ip}"
  }
  template ANY ANY . {
    rcode NXDOMAIN
    authority ". 60 IN SOA internet.example. hostmaster.internet.example. 1 60 60 60 60"
  }
}
`
}

function nginxConfig(): string {
  const folder = inState('web')
  return `worker_processes 1;
pid ${folder}/pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 80;
    listen 443 ssl;
    ssl_certificate ${inState('pki', 'web.crt')};
    ssl_certificate_key ${inState('pki', 'web.key')};
    location / { return 200 "the internet\\n"; }
  }
}
`
}
