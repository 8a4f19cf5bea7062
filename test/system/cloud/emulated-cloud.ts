// An AWS that nobody here wrote, on loopback: MiniStack with TLS, its own accounts and roles
// enforced, under the names that AWS has. What programs need to be led to it is one environment.

import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { TestAuthority } from '../../support/certificates.ts';
import { type Emulator, installedProgram, startEmulator } from '../../support/emulator.ts';
import { freePort } from '../../support/free-port.ts';

export const region = 'eu-central-1';
export const account = '000000000000';

/** Names of AWS that lead to the emulator, as in the certificate. */
const names = [
  `${region}.amazonaws.com`,
  `*.${region}.amazonaws.com`,
  `*.execute-api.${region}.amazonaws.com`,
  `*.auth.${region}.amazoncognito.com`,
  '*.amazonaws.com',
  '*.cloudfront.net',
  'localhost',
  '127.0.0.1',
];

export type EmulatedCloud = {
  readonly emulator: Emulator;
  /** Where certificates and notes are. */
  readonly folder: string;
  /** Where the emulator listens, for clients that are told so. */
  readonly endpoint: string;
  readonly port: number;
  /** PEM of the authority that signed its certificate. */
  readonly caFile: string;
  /** One JSON a line: what the deployed functions asked AWS for. */
  readonly callsFile: string;
  /** The environment of a program that is led to it. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
};

const shims = join(import.meta.dirname, 'shims');
const repository = join(import.meta.dirname, '..', '..', '..');
const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

/** @param folder for certificates and notes */
export async function startEmulatedCloud(folder: string): Promise<EmulatedCloud> {
  const port = await freePort();
  const files = writeCertificate(folder);
  const callsFile = join(folder, 'calls.jsonl');
  writeFileSync(callsFile, '');
  const endpoint = `https://127.0.0.1:${port}`;
  const led = {
    ...credentials,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    NODE_EXTRA_CA_CERTS: files.ca,
    WHEREFROM_TEST_CLOUD_PORT: String(port),
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const emulator = await startEmulator('ministack', {
    ...led,
    // Roles and policies are enforced, and signatures checked.
    AUTH: 'true',
    GATEWAY_PORT: String(port),
    MINISTACK_HOST: `${region}.amazonaws.com`,
    MINISTACK_REGION: region,
    USE_SSL: '1',
    MINISTACK_SSL_CERT: files.certificate,
    MINISTACK_SSL_KEY: files.key,
    // For the functions that it runs, which inherit its environment.
    PATH: `${dirname(installedProgram('ministack') ?? '')}${delimiter}${process.env['PATH']}`,
    NODE_OPTIONS: `--require ${join(shims, 'functions.cjs')}`,
    NODE_PATH: join(repository, 'node_modules'),
    PYTHONPATH: shims,
    AWS_CA_BUNDLE: files.ca,
    SSL_CERT_FILE: files.ca,
    WHEREFROM_TEST_CALLS: callsFile,
  });
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  const environment = {
    ...led,
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    // The CDK CLI trusts what this names.
    AWS_CA_BUNDLE: files.ca,
    CI: 'true',
    NO_COLOR: '1',
    NODE_OPTIONS: `--require ${join(shims, 'names.cjs')}`,
  };
  return {
    emulator,
    folder,
    endpoint,
    port,
    caFile: files.ca,
    callsFile,
    environment,
    stop: () => emulator.stop(),
  };
}

function writeCertificate(folder: string) {
  const authority = new TestAuthority('Wherefrom test cloud');
  const issued = authority.issue({ name: `${region}.amazonaws.com`, names });
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  return {
    ca: write('ca.pem', authority.certificate),
    certificate: write('server.pem', issued.certificate),
    key: write('server.key', issued.key),
  };
}
