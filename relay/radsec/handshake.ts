// TLS of the RadSec listener: which versions, algorithms and RADIUS versions are offered, and why a
// handshake failed. Promise: client certificates are required (RFC 6614 section 2.3), nothing below
// TLS 1.2, RADIUS/1.1 only over TLS 1.3 (RFC 9765 section 3.4), no session is resumed, so that none
// can be resumed under another RADIUS version (RFC 9765 section 3.5).

import { constants } from 'node:crypto';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { fipsTls, type RadiusVersion, type TlsMaterial } from '../config/radsec-material.ts';
import { alpnNames, type ConnectionEnd, type RadsecStart, radsecBounds } from './protocol.ts';

/** The parts that change with the certificate. */
export function contextOptions({ certificate, key, ca, crl }: TlsMaterial): TlsOptions {
  return { cert: certificate, key, ca, ...(crl !== undefined && { crl }) };
}

/** Everything the TLS server is made with. */
export function tlsOptions({ material, versions, isFips }: RadsecStart): TlsOptions {
  return {
    ...contextOptions(material),
    minVersion: 'TLSv1.2',
    ...(isFips && fipsTls),
    // A gateway that closes its half after the last packet still gets its answers.
    allowHalfOpen: true,
    requestCert: true,
    rejectUnauthorized: true,
    handshakeTimeout: radsecBounds.handshakeMs,
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
    ALPNCallback(this: unknown, { protocols }) {
      return chooseAlpn(protocols, versions, this);
    },
  };
}

/** The best name both know; undefined makes TLS answer no_application_protocol (RFC 7301 3.2). */
function chooseAlpn(
  offered: readonly string[],
  versions: readonly RadiusVersion[],
  socket: unknown,
): string | undefined {
  const isTls13 = (socket as TLSSocket).getProtocol() === 'TLSv1.3';
  const usable = versions.filter((version) => version !== '1.1' || isTls13);
  const best = [...usable].sort().reverse();
  return best.map((version) => alpnNames[version]).find((name) => offered.includes(name));
}

/** The version of a connection; undefined when it offered no ALPN and RADIUS/1.1 is required. */
export function versionOf(
  { alpnProtocol }: TLSSocket,
  versions: readonly RadiusVersion[],
): RadiusVersion | undefined {
  if (alpnProtocol === alpnNames['1.1']) return '1.1';
  return versions.includes('1.0') ? '1.0' : undefined;
}

const expired: readonly string[] = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];

/** Why a handshake failed, in one of few words. */
export function failureOf(error: Error, socket: TLSSocket): ConnectionEnd {
  const code = 'code' in error ? String(error.code) : '';
  const verification = verificationOf(socket);
  if (verification !== undefined) {
    return expired.includes(verification) ? 'expired-certificate' : 'untrusted-certificate';
  }
  if (code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE') return 'no-certificate';
  if (code === 'ERR_SSL_NO_APPLICATION_PROTOCOL') return 'no-common-version';
  return code === 'ERR_TLS_HANDSHAKE_TIMEOUT' ? 'handshake-timeout' : 'handshake-failed';
}

/** The code of the certificate's verification, where Node keeps it. */
function verificationOf({ authorizationError }: TLSSocket): string | undefined {
  const found: unknown = authorizationError;
  return typeof found === 'string' ? found : undefined;
}
