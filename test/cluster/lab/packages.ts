import { existsSync } from 'node:fs'

import { imagePackages } from '../images/image-packages.ts'
import { run } from './run.ts'

/** What comes from Debian, each with a file that shows that it is there. */
const packages: Readonly<Record<string, string>> = {
  containerd: '/usr/bin/containerd',
  runc: '/usr/sbin/runc',
  'containernetworking-plugins': '/usr/lib/cni/ptp',
  iproute2: '/usr/sbin/ip',
  iptables: '/usr/sbin/iptables',
  nftables: '/usr/sbin/nft',
  conntrack: '/usr/sbin/conntrack',
  haproxy: '/usr/sbin/haproxy',
  openssl: '/usr/bin/openssl',
  procps: '/usr/sbin/sysctl',
  ...imagePackages,
}

/** Installs what is missing of the Debian packages that the lab runs. */
export async function installPackages(log: (line: string) => void): Promise<void> {
  const missing = Object.entries(packages).flatMap(([name, file]) => (existsSync(file) ? [] : [name]))
  if (missing.length === 0) return
  log(`installing ${missing.join(' ')}`)
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, timeoutMs: 600_000 }
  await run('apt-get', ['update', '-qq'], options)
  // Their services would be the machine's own, so they stay off; a container without init has none anyway.
  const noServices = ['-o', 'Dpkg::Options::=--force-confold', '--no-install-recommends']
  await run('apt-get', ['install', '-y', '-qq', ...noServices, ...missing], options)
}
