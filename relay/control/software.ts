// The software version and kind of keys that a relay reports to the cloud.

import type { RelaySoftware } from '../../wire/relay-documents.ts';
import type { SealAlgorithm } from '../../wire/signature.ts';

/** This program on this machine; no host name, no user. */
export function softwareHere(version: string, isFips: boolean): RelaySoftware {
  return {
    version,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    isFips,
  };
}

/** Ed25519, and P-256 where FIPS rules. */
export function algorithmFor(isFips: boolean): SealAlgorithm {
  return isFips ? 'ecdsa-p256-sha256' : 'ed25519';
}
