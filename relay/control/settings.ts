// The cloud's settings for this relay: verified, decrypted, stored as a last good copy, and merged
// under the relay's own configuration.
// Promise: nothing unsigned or older than what was applied before is ever used. Gateway secrets are
// in memory only; the copy on disk is the document as it came, still encrypted. The relay's own
// file takes precedence, and its overrides are named. It fetches nothing.

import { join } from 'node:path';
import { openRelayConfig, openSecrets } from '../../wire/relay-control.ts';
import type { RelayConfigDocument } from '../../wire/relay-documents.ts';
import { type Enrolment, enrolmentFolder } from '../config/enrolment.ts';
import type { RelayConfig } from '../config/relay-config.ts';
import { systemErrorCode } from '../errors.ts';
import { nodeDisk, replaceFile } from '../journal/disk.ts';
import { vendorNamed } from '../radius/dialects/choose.ts';
import type { GatewayConfig } from '../radius/gateway.ts';
import { parseAddressBlock } from '../receive/address-match.ts';
import { secretOctetsMax } from '../receive/gateway-table.ts';

/** The settings of one version, ready for use. */
export type CloudSettings = {
  readonly version: number;
  readonly isEnabled: boolean;
  readonly gateways: readonly GatewayConfig[];
  /** What had to be left out whatever the relay is like, as sentences. */
  readonly leftOut: readonly string[];
};

/** Why a document is not used, as a sentence. */
export type SettingsRefusal = { readonly refused: string };

type SettingsCheck = {
  /** The highest version taken before; absent: none. */
  readonly versionMin?: number;
  /** What the request's seal held; absent when reading our own copy. */
  readonly nonce?: string;
};

const fileName = 'settings.jws';

/** Verifies and decrypts a document. */
export function openSettings(
  text: string,
  enrolment: Pick<Enrolment, 'relayId' | 'keys' | 'agreementBefore' | 'cloudKey'>,
  { versionMin = 0, nonce }: SettingsCheck,
): CloudSettings | SettingsRefusal {
  const document = openRelayConfig(text, enrolment.cloudKey);
  if (!document) {
    return { refused: 'they are not signed by the cloud this relay was enrolled with' };
  }
  const { relayId, settingsVersion: version } = document;
  if (relayId !== enrolment.relayId) return { refused: `they are those of relay ${relayId}` };
  if (nonce !== undefined && document.nonce !== nonce) {
    return { refused: 'they are the answer to another request' };
  }
  if (version < versionMin) {
    const advice = 'if the cloud was restored from a backup, save its settings once more';
    return { refused: `version ${version} is older than ${versionMin}, already taken: ${advice}` };
  }
  const secrets = secretsOf(document, enrolment);
  if (!secrets) return { refused: 'their secrets are encrypted to another key of this relay' };
  return { version, isEnabled: document.isEnabled, ...gatewaysOf(document, secrets) };
}

type Secrets = ReadonlyMap<string, readonly Buffer[]>;

function secretsOf(
  document: RelayConfigDocument,
  { keys, agreementBefore }: Pick<Enrolment, 'keys' | 'agreementBefore'>,
): Secrets | undefined {
  const candidates = [keys.agreement, ...(agreementBefore ? [agreementBefore] : [])];
  for (const key of candidates) {
    const found = openSecrets(key, document, document.secrets);
    if (!found) continue;
    return new Map(
      found.map(({ gateway, secret, nextSecret }) => {
        const texts = nextSecret === undefined ? [secret] : [secret, nextSecret];
        return [gateway, texts.map((one) => Buffer.from(one))];
      }),
    );
  }
  return undefined;
}

/** The cloud validates what admins enter; an entry wrong all the same must not stop the rest. */
function gatewaysOf({ gateways }: RelayConfigDocument, secrets: Secrets) {
  const usable: GatewayConfig[] = [];
  const leftOut: string[] = [];
  const taken = new Set<string>();
  for (const { name, addresses: texts, vendor: sentVendor, ...rest } of gateways) {
    const addresses = texts.flatMap((text) => parseAddressBlock(text)?.text ?? []);
    const own = secrets.get(name) ?? [];
    const fault = faultOf(own, addresses.length === texts.length && texts.length > 0);
    const claims = [`name ${name}`, ...addresses];
    const twin = claims.find((claim) => taken.has(claim));
    if (fault ?? twin) {
      leftOut.push(`${name}: ${fault ?? `${twin} is there twice`}`);
      continue;
    }
    for (const claim of claims) taken.add(claim);
    // A vendor this relay does not know is one for newer relays: the dialect is chosen per packet.
    const vendor = sentVendor === undefined ? undefined : vendorNamed(sentVendor);
    const flags = withoutAbsent(rest);
    usable.push({
      name,
      addresses,
      secrets: own,
      ...(vendor !== undefined && { vendor }),
      ...flags,
      origin,
    });
  }
  return { gateways: usable, leftOut };
}

const origin = 'settings';

function withoutAbsent({
  behindProxy,
  requireMessageAuthenticator,
}: Pick<RelayConfigDocument['gateways'][number], 'behindProxy' | 'requireMessageAuthenticator'>) {
  return {
    ...(behindProxy !== undefined && { behindProxy }),
    ...(requireMessageAuthenticator !== undefined && { requireMessageAuthenticator }),
  };
}

function faultOf(secrets: readonly Buffer[], areAddressesGood: boolean): string | undefined {
  if (!areAddressesGood) return 'its addresses cannot be read';
  const areSecretsGood = secrets.every(({ length }) => length > 0 && length <= secretOctetsMax);
  return areSecretsGood ? undefined : 'its secret is empty or too long';
}

export type MergedConfig = {
  readonly config: RelayConfig;
  /** What of the settings the relay's own file replaces: `gateways.asa-lyon`. */
  readonly overrides: readonly string[];
  /** Gateways of the settings that cannot be used, as sentences. */
  readonly leftOut: readonly string[];
};

/**
 * Lays the settings under the relay's own configuration. Absent settings, before the first answer
 * of the cloud: a relay without gateways of its own keeps its ports shut.
 */
export function withSettings(own: RelayConfig, settings: CloudSettings | undefined): MergedConfig {
  if (!own.cloud?.enrolment) return { config: own, overrides: [], leftOut: [] };
  if (!settings || settings.version === 0) {
    const isEnabled = own.gateways.length > 0;
    return { config: { ...own, isEnabled }, overrides: [], leftOut: [] };
  }
  const names = new Set(own.gateways.map(({ name }) => name));
  const addresses = new Set(own.gateways.flatMap((gateway) => gateway.addresses));
  const isOverridden = (gateway: GatewayConfig): boolean =>
    names.has(gateway.name) || gateway.addresses.some((address) => addresses.has(address));
  // Over TLS a certificate can stand for the secret; without it nothing could be verified.
  const isUsable = ({ secrets }: GatewayConfig): boolean =>
    secrets.length > 0 || own.radsec !== undefined;
  const others = settings.gateways.filter((gateway) => !isOverridden(gateway));
  // Under FIPS rules nothing may be computed with a shared secret.
  const added = others
    .filter(isUsable)
    .map((gateway) => (own.isFips ? { ...gateway, secrets: [] } : gateway));
  const secretless = others.filter((gateway) => !isUsable(gateway));
  const overrides = settings.gateways.filter(isOverridden).map(({ name }) => `gateways.${name}`);
  const config = {
    ...own,
    gateways: [...own.gateways, ...added],
    isEnabled: settings.isEnabled,
  };
  const leftOut = [
    ...settings.leftOut,
    ...secretless.map(({ name }) => `${name}: it has no secret yet`),
  ];
  return { config, overrides, leftOut };
}

/** Keeps a document as the last good copy; it is on disk when the promise resolves. */
export async function keepSettings(dataDir: string, text: string): Promise<void> {
  await replaceFile(nodeDisk, enrolmentFolder(dataDir), fileName, Buffer.from(text));
}

/** The last good copy, opened; undefined when there is none. */
export function readKeptSettings(
  dataDir: string,
  enrolment: Enrolment,
  readFile: (path: string) => { readonly octets: Buffer },
): CloudSettings | SettingsRefusal | undefined {
  let text: string;
  try {
    text = readFile(join(enrolmentFolder(dataDir), fileName)).octets.toString('utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    return { refused: `the copy on disk cannot be read (${systemErrorCode(error)})` };
  }
  return openSettings(text, enrolment, {});
}
