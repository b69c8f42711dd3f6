/** What the images are made with from Debian, each with a file that shows that it is there. */
export const imagePackages: Readonly<Record<string, string>> = {
  binutils: '/usr/bin/strip',
  buildah: '/usr/bin/buildah',
  'ca-certificates': '/usr/share/ca-certificates/mozilla',
  debootstrap: '/usr/sbin/debootstrap',
  libatomic1: '/usr/share/doc/libatomic1',
  'libcap2-bin': '/sbin/setcap',
  'nginx-light': '/usr/sbin/nginx',
  'util-linux': '/usr/bin/setpriv',
}
