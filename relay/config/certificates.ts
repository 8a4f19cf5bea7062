// The listener's certificate, key and authorities: read from their files, checked before anything
// uses them. Promise: what is wrong is said with the key of the configuration and the file, and
// without a word of the private key; nothing that a check refuses reaches TLS.

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { errorText, systemErrorCode } from '../errors.ts';
import type { TlsMaterial } from './radsec-material.ts';
import { fipsTls } from './radsec-material.ts';

/** Where they are, absolute. */
export type MaterialFiles = {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly caFile: string;
  readonly crlFile?: string;
};

type FileKey = keyof MaterialFiles;

export type MaterialFinding = {
  readonly severity: 'error' | 'warning';
  readonly key: FileKey;
  readonly message: string;
};

export type ReadMaterial = {
  /** Absent when a finding is an error. */
  readonly material?: TlsMaterial;
  readonly findings: readonly MaterialFinding[];
};

type ReadFile = (path: string) => { readonly octets: Buffer; readonly mode: number };

const dayMs = 86_400_000;
const warnDays = 30;

/** Reads and checks all of them. */
export function readMaterial(
  files: MaterialFiles,
  readFile: ReadFile,
  { now, isFips }: { readonly now: number; readonly isFips: boolean },
): ReadMaterial {
  const findings: MaterialFinding[] = [];
  const report = (key: FileKey, message: string, severity: 'error' | 'warning' = 'error'): void => {
    findings.push({ key, message, severity });
  };
  const read = (key: FileKey): string | undefined => {
    const path = files[key];
    if (path === undefined) return undefined;
    try {
      const { octets, mode } = readFile(path);
      if (key === 'keyFile' && (mode & 0o077) !== 0) {
        report(key, `${path} can be read by others: chmod 600 ${path}`, 'warning');
      }
      return octets.toString('utf8');
    } catch (error) {
      report(key, `${path} cannot be read (${systemErrorCode(error)})`);
      return undefined;
    }
  };
  const [certificate, key, ca, crl] = [
    read('certificateFile'),
    read('keyFile'),
    read('caFile'),
    read('crlFile'),
  ];
  if (certificate === undefined || key === undefined || ca === undefined) return { findings };
  const material = { certificate, key, ca, ...(crl !== undefined && { crl }) };
  check(material, report, now, isFips);
  const isUsable = findings.every(({ severity }) => severity !== 'error');
  return isUsable ? { material, findings } : { findings };
}

type Report = (key: FileKey, message: string, severity?: 'error' | 'warning') => void;

function check(material: TlsMaterial, report: Report, now: number, isFips: boolean): void {
  const own = parsed(() => new X509Certificate(material.certificate));
  if (!own) report('certificateFile', 'expects a PEM file with a certificate');
  else if (Date.parse(own.validTo) < now) report('certificateFile', `expired on ${own.validTo}`);
  else if (Date.parse(own.validTo) < now + warnDays * dayMs) {
    report('certificateFile', `expires on ${own.validTo}`, 'warning');
  }
  if (!parsed(() => new X509Certificate(material.ca))) {
    report('caFile', 'expects a PEM file with the authorities that sign gateways');
  }
  const key = parsed(() => createPrivateKey(material.key));
  if (!key) report('keyFile', 'expects a PEM file with a private key without a passphrase');
  if (key && isFips && !isApproved(key)) {
    report('keyFile', 'expects an RSA key of 2048 bits or more, P-256 or P-384: FIPS mode is on');
  }
  if (!own || !key) return;
  if (!own.checkPrivateKey(key)) {
    report('keyFile', 'is not the key of the certificate in certificateFile');
    return;
  }
  try {
    const { certificate: cert, key: pem, ca, crl } = material;
    createSecureContext({ cert, key: pem, ca, ...(crl && { crl }), ...(isFips && fipsTls) });
  } catch (error) {
    report('certificateFile', `cannot be used with TLS: ${errorText(error)}`);
  }
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

/** Key types of SP 800-131A r2 that TLS 1.3 signs with. */
function isApproved({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): boolean {
  if (asymmetricKeyType === 'rsa') return (asymmetricKeyDetails.modulusLength ?? 0) >= 2048;
  const curves = ['prime256v1', 'secp384r1'];
  return asymmetricKeyType === 'ec' && curves.includes(asymmetricKeyDetails.namedCurve ?? '');
}
