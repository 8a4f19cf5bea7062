// The configuration of a RadSec listener: RADIUS versions, limits, TLS material, and the TLS
// parameters of FIPS mode. Shapes and constants only.

import type { TlsOptions } from 'node:tls';

/** RFC 9765: `1.0` is RFC 6614 with MD5 and the secret "radsec", `1.1` has neither. */
export type RadiusVersion = '1.0' | '1.1';

/** PEM texts of the listener: its own certificate and key, and who may sign those of gateways. */
export type TlsMaterial = {
  readonly certificate: string;
  readonly key: string;
  readonly ca: string;
  /** Revoked certificates. */
  readonly crl?: string;
};

export type RadsecLimits = {
  readonly connectionsMax: number;
  readonly connectionsPerSourceMax: number;
  /** New connections a second of one source; twice as many at once after a pause. */
  readonly handshakesPerSecondMax: number;
  /** A connection without a packet ends after this. */
  readonly idleSeconds: number;
};

/** What FIPS 140-3 modules approve of (SP 800-52 r2 section 3.3). */
export const fipsTls = {
  minVersion: 'TLSv1.3',
  ciphers: 'TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256',
  ecdhCurve: 'P-256:P-384',
  sigalgs:
    'ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:' +
    'rsa_pss_pss_sha256:rsa_pkcs1_sha256:rsa_pkcs1_sha384',
} as const satisfies TlsOptions;
