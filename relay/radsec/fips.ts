// FIPS mode for the rest of this process's TLS: the connection to the cloud.
// Where Node itself runs in FIPS mode its module enforces this. Where the configuration enables
// FIPS mode on a Node without it, these defaults keep to the approved algorithms.

import tls from 'node:tls';

/** Approved for TLS 1.2 and 1.3 (SP 800-52 r2 section 3.3.1). */
const approvedCiphers = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/** Sets the defaults of all TLS connections from now on. */
export function applyFips(): void {
  tls.DEFAULT_CIPHERS = approvedCiphers;
  tls.DEFAULT_ECDH_CURVE = 'P-256:P-384';
  tls.DEFAULT_MIN_VERSION = 'TLSv1.2';
}
