// The cloud a relay sends to: configured by hand, or by its enrolment in the data directory.
// Promise: the configuration takes precedence; keys are read, never shown.

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { systemErrorCode } from '../errors.ts';
import { type Enrolment, readEnrolment } from './enrolment.ts';
import type { ConfigFinding } from './findings.ts';
import type { CloudConfig } from './relay-config.ts';
import type { CloudFile } from './schema.ts';
import type { SecretSources } from './secrets.ts';

type Report = (path: string, message: string, severity?: ConfigFinding['severity']) => void;

type CloudContext = {
  readonly sources: SecretSources;
  readonly report: Report;
  /** Relative names are meant from the configuration file's folder. */
  readonly locate: (name: string) => string;
  /** Absent: it is wrong in the configuration. */
  readonly dataDir: string | undefined;
};

/** The cloud in effect; undefined when there is none, or what is wrong was reported. */
export function resolveCloud(
  cloud: CloudFile | undefined,
  context: CloudContext,
): CloudConfig | undefined {
  const { report } = context;
  if (cloud?.relayId !== undefined || cloud?.keyFile !== undefined) {
    return cloudByHand(cloud, context);
  }
  const enrolment = enrolmentOf(context);
  if (!enrolment) {
    if (cloud) report('cloud', notEnrolled);
    return undefined;
  }
  if (cloud?.url !== undefined && cloud.url !== enrolment.url) {
    report('cloud.url', `this relay was enrolled at ${enrolment.url}`, 'warning');
  }
  return {
    url: cloud?.url ?? enrolment.url,
    relayId: enrolment.relayId,
    privateKey: enrolment.keys.signing,
    enrolment,
    ...wayTo(cloud ?? {}, context),
  };
}

const notEnrolled = 'this relay is not enrolled: use its verb "enrol", or set relayId and keyFile';

/** How every part of the relay reaches the cloud: authorities, proxy. */
export function wayTo(
  { caFile, proxy }: Pick<CloudFile, 'caFile' | 'proxy'>,
  context: Pick<CloudContext, 'sources' | 'report' | 'locate'>,
): Pick<CloudConfig, 'caCertificates' | 'proxyUrl' | 'noProxy'> {
  const ca = caFile ? read(caFile, 'caFile', context)?.toString('utf8') : undefined;
  if (ca !== undefined && !ca.includes('-----BEGIN CERTIFICATE-----')) {
    context.report('cloud.caFile', 'expects a PEM file with certificates');
  }
  const { env } = context.sources;
  const proxyUrl = proxy ?? env['HTTPS_PROXY'] ?? env['https_proxy'] ?? '';
  const noProxy = env['NO_PROXY'] ?? env['no_proxy'] ?? '';
  return {
    ...(ca !== undefined && { caCertificates: ca }),
    // A proxy that is configured is meant for this host, whatever NO_PROXY says.
    ...(proxyUrl && { proxyUrl }),
    ...(noProxy && !proxy && { noProxy }),
  };
}

function enrolmentOf({ dataDir, sources, report }: CloudContext): Enrolment | undefined {
  if (dataDir === undefined) return undefined;
  try {
    const enrolment = readEnrolment(dataDir, sources.readFile);
    if (enrolment === 'damaged') {
      report('dataDir', 'the enrolment kept there is damaged: enrol this relay again');
    }
    return typeof enrolment === 'string' ? undefined : enrolment;
  } catch (error) {
    report('dataDir', `the enrolment kept there cannot be read (${systemErrorCode(error)})`);
    return undefined;
  }
}

function cloudByHand(cloud: CloudFile, context: CloudContext): CloudConfig | undefined {
  const { url, relayId, keyFile } = cloud;
  const way = wayTo(cloud, context);
  const privateKey = keyFile === undefined ? undefined : privateKeyIn(keyFile, context);
  for (const [key, value] of Object.entries({ url, relayId, keyFile })) {
    if (value === undefined) context.report(`cloud.${key}`, 'is missing: a cloud by hand needs it');
  }
  if (url === undefined || relayId === undefined || !privateKey) return undefined;
  return { url, relayId, privateKey, ...way };
}

function privateKeyIn(
  keyFile: string,
  context: Pick<CloudContext, 'sources' | 'report' | 'locate'>,
): KeyObject | undefined {
  const pem = read(keyFile, 'keyFile', context);
  const key = pem && readKey(pem);
  if (pem && !key) {
    context.report('cloud.keyFile', 'expects a PEM file with an Ed25519 or P-256 private key');
  }
  return key;
}

function read(
  name: string,
  key: 'keyFile' | 'caFile',
  { sources, report, locate }: Pick<CloudContext, 'sources' | 'report' | 'locate'>,
): Buffer | undefined {
  try {
    return sources.readFile(locate(name)).octets;
  } catch (error) {
    report(`cloud.${key}`, `${locate(name)} cannot be read (${systemErrorCode(error)})`);
    return undefined;
  }
}

function readKey(pem: Buffer): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem);
    const isP256 = key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
    return key.asymmetricKeyType === 'ed25519' || isP256 ? key : undefined;
  } catch {
    return undefined;
  }
}
