import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** More than a snapshot of 20,000 nodes: what unpacks to more is none of ours. */
const unpackedAtMost = 64 * 1024 * 1024

/** With a checksum: SQLite itself does not notice when a disk changes what is inside a value. */
const params = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 }

export function packed(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, { params })
}

/** Throws when the bytes are not those that were packed. */
export function unpacked(bytes: Uint8Array): Uint8Array {
  return zstdDecompressSync(bytes, { maxOutputLength: unpackedAtMost })
}
