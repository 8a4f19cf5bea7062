// What a relay tells the cloud about the program it is, and which kind of keys it makes.

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
