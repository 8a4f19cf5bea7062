// A small body that grows to 64 MiB when it is decompressed.

import { brotliCompressSync, constants } from 'node:zlib';

/** The default quality, 11, takes 5 s and makes nothing smaller of zeros. */
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

/** 64 MiB of zeros in some hundred octets, base64. */
export const brotliBomb: string = brotliCompressSync(
  Buffer.alloc(64 * 1024 * 1024),
  quality,
).toString('base64');
