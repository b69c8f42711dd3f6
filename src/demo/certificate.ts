/**
 * Certificate and key of the demo's API servers: the same for everybody, so nobody may trust it outside of the demo.
 * It signs itself and is valid from 2024 to 2124, for names and addresses of the demo only (subjectAltName and
 * nameConstraints; OpenSSL made it).
 */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIClzCCAj2gAwIBAgIBATAKBggqhkjOPQQDAjAnMSUwIwYDVQQDDBxtZXNocHJv
YmUgZGVtbzogbm90IGEgc2VjcmV0MCAXDTI0MDEwMTAwMDAwMFoYDzIxMjQwMTAx
MDAwMDAwWjAnMSUwIwYDVQQDDBxtZXNocHJvYmUgZGVtbzogbm90IGEgc2VjcmV0
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEAo2sj5lXRiQlVvvikKaTxZYm49WC
JWr8e5qHEEfRTWFZe398NA3hylSGrGEUt+81ClksGuQThcYx8V7KBjNq+qOCAVYw
ggFSMA8GA1UdEwEB/wQFMAMBAf8wgZUGA1UdEQSBjTCBioIKa3ViZXJuZXRlc4IS
a3ViZXJuZXRlcy5kZWZhdWx0ghZrdWJlcm5ldGVzLmRlZmF1bHQuc3ZjgiRrdWJl
cm5ldGVzLmRlZmF1bHQuc3ZjLmNsdXN0ZXIubG9jYWyCC2FwaXNlcnZlci0xggth
cGlzZXJ2ZXItMocEfwAEFIcEfwAFAYcEfwAFAjCBhwYDVR0eAQH/BH0we6B5MAyC
Cmt1YmVybmV0ZXMwDYILYXBpc2VydmVyLTEwDYILYXBpc2VydmVyLTIwFIISa3Vi
ZXJuZXRlcy5kZWZhdWx0MBiCFmt1YmVybmV0ZXMuZGVmYXVsdC5zdmMwD4INY2x1
c3Rlci5sb2NhbDAKhwh/AAAA/wAAADAdBgNVHQ4EFgQUiDkXXOzCbOYFmV/JqyXR
7IxPIy4wCgYIKoZIzj0EAwIDSAAwRQIgE+K4EAhyN8zzL0Gj5AoKuTsguB6Zx1nN
JfadIURKIHcCIQCTyQAHVqx30yZRKUXf6UZ9owQzQXBUseyno4Xl/zl8mw==
-----END CERTIFICATE-----
`

/** Not a secret. */
export const privateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg5llsD0114viXKYvv
EqHDxWoBmpUuqRN3IqlORDAE9F2hRANCAAQCjayPmVdGJCVW++KQppPFlibj1YIl
avx7mocQR9FNYVl7f3w0DeHKVIasYRS37zUKWSwa5BOFxjHxXsoGM2r6
-----END PRIVATE KEY-----
`
