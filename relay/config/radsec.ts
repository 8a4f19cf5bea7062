// Validates the configuration of RadSec and FIPS mode together.
// Promise: in FIPS mode nothing that needs MD5 is enabled, and a configuration that could only work
// with MD5 is refused with advice. It reads certificates to check them and keeps none.

import { getFips, type KeyObject } from 'node:crypto';
import type { GatewayConfig } from '../radius/gateway.ts';
import type { ListenAddress } from '../receive/udp-server.ts';
import { type MaterialFiles, readMaterial } from './certificates.ts';
import type { ConfigFinding } from './findings.ts';
import type { RadiusVersion, RadsecLimits } from './radsec-material.ts';
import type { RadsecFile } from './radsec-schema.ts';
import type { GatewayFile } from './schema.ts';
import type { SecretSources } from './secrets.ts';

export type RadsecConfig = MaterialFiles & {
  readonly listen: readonly ListenAddress[];
  /** RADIUS versions offered (RFC 9765 section 3.3). */
  readonly versions: readonly RadiusVersion[];
  readonly limits: RadsecLimits;
};

/** What is meant where a configuration says nothing. */
export const radsecDefaults = {
  listen: [
    { address: '0.0.0.0', port: 2083 },
    { address: '::', port: 2083, isOptional: true },
  ],
  versions: ['1.0', '1.1'],
  connectionsMax: 1000,
  connectionsPerSourceMax: 32,
  handshakesPerSecondMax: 5,
  // Above the usual hour between two interim updates: a quiet gateway keeps its connection.
  idleSeconds: 7200,
} as const;

type Context = {
  readonly sources: SecretSources;
  readonly report: (path: string, message: string, severity?: ConfigFinding['severity']) => void;
  readonly locate: (name: string) => string;
  readonly isFips: boolean;
};

/** Is FIPS mode on: by the configuration, else by Node's own switch. */
export function isFipsWanted(configured: boolean | undefined): boolean {
  return configured ?? getFips() === 1;
}

/** The section in effect; undefined when there is none. */
export function resolveRadsec(
  file: RadsecFile | undefined,
  context: Context,
): RadsecConfig | undefined {
  const { sources, report, locate, isFips } = context;
  if (!file) {
    if (isFips) report('fips', 'needs "radsec": FIPS mode has no RADIUS over UDP, which needs MD5');
    return undefined;
  }
  if (isFips && file.versions?.includes('1.0')) {
    report('radsec.versions', 'RADIUS/1.0 needs MD5, which FIPS mode does not have: name only 1.1');
  }
  const files: MaterialFiles = {
    certificateFile: locate(file.certificateFile),
    keyFile: locate(file.keyFile),
    caFile: locate(file.caFile),
    ...(file.crlFile !== undefined && { crlFile: locate(file.crlFile) }),
  };
  const { findings } = readMaterial(files, sources.readFile, { now: Date.now(), isFips });
  for (const { key, message, severity } of findings) report(`radsec.${key}`, message, severity);
  return {
    ...files,
    listen: file.listen?.map(({ address, port = 2083 }) => ({ address, port })) ?? [
      ...radsecDefaults.listen,
    ],
    versions: file.versions ?? (isFips ? ['1.1'] : radsecDefaults.versions),
    limits: {
      connectionsMax: file.connectionsMax ?? radsecDefaults.connectionsMax,
      connectionsPerSourceMax:
        file.connectionsPerSourceMax ?? radsecDefaults.connectionsPerSourceMax,
      handshakesPerSecondMax: file.handshakesPerSecondMax ?? radsecDefaults.handshakesPerSecondMax,
      idleSeconds: file.idleSeconds ?? radsecDefaults.idleSeconds,
    },
  };
}

/** Whether a gateway needs a shared secret: not where it only ever comes over TLS. */
export function needsSecret(
  { radsec }: GatewayFile,
  { hasRadsec, isFips }: { readonly hasRadsec: boolean; readonly isFips: boolean },
): boolean {
  return !hasRadsec || (!isFips && radsec === undefined);
}

/** Whether certificates tell this gateway from others. */
export function isRuled({ radsec }: Pick<GatewayConfig, 'radsec'>): boolean {
  return (radsec?.fingerprints.length ?? 0) + (radsec?.names.length ?? 0) > 0;
}

/** The certificate rules of a gateway in one spelling. */
export function radsecRules({ radsec }: GatewayFile): Pick<GatewayConfig, 'radsec'> {
  if (!radsec) return {};
  const { names = [], fingerprints = [] } = radsec;
  const digits = fingerprints.map((text) =>
    text
      .replace(/^sha256:/i, '')
      .replaceAll(':', '')
      .toLowerCase(),
  );
  return { radsec: { names, fingerprints: digits } };
}

/** The key that seals batches must be approved, too. */
export function reportSealKey(
  { privateKey, enrolment }: { readonly privateKey: KeyObject; readonly enrolment?: object },
  report: Context['report'],
): void {
  if (privateKey.asymmetricKeyType === 'ec') return;
  const [path, advice] = enrolment
    ? ['dataDir', 'enrol this relay again in FIPS mode']
    : [
        'cloud.keyFile',
        'make one with "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"',
      ];
  report(path, `the key that seals batches is Ed25519, which FIPS mode does not have: ${advice}`);
}
