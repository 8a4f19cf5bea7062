// The schema of the configuration file: every key, what it takes, and the wording of its errors.
// Promise: one schema serves validation, "did you mean" and the reference table in docs.
// It checks shapes only; how the keys depend on each other is checked in load.ts.

import * as v from 'valibot';
import { logLevels } from '../log.ts';
import { parseAttributeRef } from '../radius/overrides.ts';
import { type DisconnectFile, disconnectSchema } from './disconnect-schema.ts';
import { type ConfigFinding, didYouMean } from './findings.ts';
import { type JsonPositions, pathBelow } from './json.ts';
import { gatewayRadsecSchema, type RadsecFile, radsecSchema } from './radsec-schema.ts';
import { block, file, flag, ip, listShape, objectShape, port, text, whole } from './values.ts';

const variable = v.pipe(
  v.string('expects the name of an environment variable'),
  v.regex(/^[A-Za-z_]\w*$/, 'expects the name of an environment variable'),
);
const nameShape = 'expects 1 to 63 letters, digits, "-", "_" or ".", not ending in ".next"';
const gatewayName = v.pipe(
  v.string(nameShape),
  v.regex(/^[A-Za-z0-9](?:[\w.-]{0,62})$/, nameShape),
  v.check((name) => !name.endsWith('.next'), nameShape),
);
const urlShape = 'expects an https:// URL (http:// only to this machine) without query';
const url = v.pipe(v.string(urlShape), v.check(isCloudUrl, urlShape));
const proxyShape = 'expects an http:// or https:// URL';
const proxy = v.pipe(
  v.string(proxyShape),
  v.check((value) => /^https?:$/.test(protocolOf(value)), proxyShape),
);
const relayIdShape = 'expects 1 to 63 lower-case letters, digits or "-"';

const refShape =
  'expects an attribute by number: "31", "12356/2" (vendor/number) or "9/1:ip:source-ip=" ' +
  '(with how its text begins); no password';
const attributeRefs = v.pipe(
  v.array(
    v.pipe(
      v.string(refShape),
      v.rawTransform(({ dataset, addIssue, NEVER }) => {
        const ref = parseAttributeRef(dataset.value);
        if (ref) return ref;
        addIssue({ message: refShape });
        return NEVER;
      }),
    ),
    'expects a list of attributes, for example ["12356/2"]',
  ),
  v.nonEmpty('expects at least one attribute'),
);

/** Where a gateway keeps what its dialect looks for elsewhere (radius/overrides.ts). */
const overridesSchema = v.object(
  {
    clientAddress: v.exactOptional(attributeRefs),
    assignedAddress: v.exactOptional(attributeRefs),
    hostname: v.exactOptional(attributeRefs),
    deviceMac: v.exactOptional(attributeRefs),
    deviceUid: v.exactOptional(attributeRefs),
    userAgent: v.exactOptional(attributeRefs),
    tunnelGroup: v.exactOptional(attributeRefs),
    isVpn: v.exactOptional(flag),
  },
  objectShape,
);

const gatewaySchema = v.object(
  {
    name: gatewayName,
    address: v.optional(block),
    addresses: v.optional(v.pipe(v.array(block, listShape), v.nonEmpty('expects an address'))),
    secretFile: v.optional(file),
    secretEnv: v.optional(variable),
    nextSecretFile: v.optional(file),
    nextSecretEnv: v.optional(variable),
    allowWeakSecret: v.optional(flag),
    vendor: v.optional(text('expects the name of a vendor, for example "cisco-asa"')),
    overrides: v.optional(overridesSchema),
    behindProxy: v.optional(flag),
    requireMessageAuthenticator: v.optional(flag),
    radsec: v.optional(gatewayRadsecSchema),
  },
  objectShape,
);

const cloudSchema = v.object(
  {
    url: v.optional(url),
    relayId: v.optional(
      v.pipe(v.string(relayIdShape), v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, relayIdShape)),
    ),
    keyFile: v.optional(file),
    caFile: v.nullish(file),
    proxy: v.nullish(proxy),
  },
  objectShape,
);

export const configSchema = v.object(
  {
    listen: v.optional(
      v.array(v.object({ address: ip, port: v.optional(port) }, objectShape), listShape),
    ),
    radsec: v.optional(radsecSchema),
    fips: v.optional(flag),
    gateways: v.optional(v.array(gatewaySchema, listShape)),
    gatewaySecretsFile: v.optional(file),
    disconnect: v.optional(disconnectSchema),
    disconnectEnabled: v.optional(flag),
    cloud: v.optional(cloudSchema),
    dataDir: text('expects a directory'),
    journalMaxMiB: v.optional(whole('expects a whole number of MiB from 64', 64, 16 * 1024 ** 2)),
    keepShippedHours: v.optional(whole('expects a whole number of hours up to 8760', 0, 8760)),
    flushAfterMs: v.optional(whole('expects milliseconds from 50 to 60000', 50, 60_000)),
    logLevel: v.optional(v.picklist(logLevels, `expects one of ${logLevels.join(', ')}`)),
    adminSocket: v.optional(file),
    metrics: v.optional(v.object({ address: v.optional(ip), port: v.optional(port) }, objectShape)),
  },
  objectShape,
);

/** The same with anything that is wrong read as absent. */
const partsSchema = v.object({
  gateways: v.fallback(v.array(v.fallback(v.optional(gatewaySchema), undefined)), []),
  cloud: v.fallback(v.optional(cloudSchema), undefined),
  radsec: v.fallback(v.optional(radsecSchema), undefined),
  fips: v.fallback(v.optional(flag), undefined),
  listen: v.fallback(v.optional(v.array(v.unknown())), undefined),
  gatewaySecretsFile: v.fallback(v.optional(file), undefined),
  disconnect: v.fallback(v.optional(disconnectSchema), undefined),
  disconnectEnabled: v.fallback(v.optional(flag), undefined),
  dataDir: v.fallback(v.optional(file), undefined),
  adminSocket: v.fallback(v.optional(file), undefined),
});

export type ConfigFile = v.InferOutput<typeof configSchema>;
export type GatewayFile = v.InferOutput<typeof gatewaySchema>;
export type CloudFile = v.InferOutput<typeof cloudSchema>;

/** What can be looked into further although something else is wrong: all mistakes at once. */
export type SoundParts = {
  /** Gateways of right shape, with their place in the list. */
  readonly gateways: readonly (readonly [index: number, gateway: GatewayFile])[];
  readonly cloud?: CloudFile;
  readonly gatewaySecretsFile?: string;
  readonly disconnect?: DisconnectFile;
  readonly disconnectEnabled?: boolean;
  readonly radsec?: RadsecFile;
  /** True: there is a section, sound or not. */
  readonly hasRadsec: boolean;
  readonly fips?: boolean;
  /** How many UDP addresses are listed; absent: the usual ones are meant. */
  readonly udpAddresses?: number;
  readonly dataDir?: string;
  readonly adminSocket?: string;
  /** True: the configuration lists none at all, which only an enrolled relay may. */
  readonly isWithoutGateways: boolean;
};

export type CheckedShape = {
  readonly findings: ConfigFinding[];
  readonly parts: SoundParts;
  /** The whole; absent when any shape is wrong. */
  readonly config?: ConfigFile;
};

/** Checks shapes and unknown keys. */
export function checkShape(value: unknown, file: string, positions: JsonPositions): CheckedShape {
  const findings = unknownKeys(configSchema, value, '').map(({ path, message }): ConfigFinding => {
    const at = positions.keyAt(path) ?? positions.valueAt(path);
    return { severity: 'error', file, path, message, ...(at && { at }) };
  });
  const result = v.safeParse(configSchema, value);
  for (const issue of result.issues ?? []) {
    const keys = (issue.path ?? []).map(({ key }) => key as string | number);
    const path = keys.reduce<string>(pathBelow, '');
    const parent = keys.slice(0, -1).reduce<string>(pathBelow, '');
    const at = positions.valueAt(path);
    const near = at ?? positions.valueAt(parent);
    // A missing key has no place of its own: the object that lacks it is shown.
    const message = at ? issue.message : 'is missing';
    findings.push({ severity: 'error', file, path, message, ...(near && { at: near }) });
  }
  const parts = soundParts(value);
  return result.success ? { findings, parts, config: result.output } : { findings, parts };
}

function soundParts(value: unknown): SoundParts {
  const parts = v.safeParse(partsSchema, value);
  if (!parts.success) return { gateways: [], hasRadsec: false, isWithoutGateways: false };
  const { gateways, cloud, gatewaySecretsFile, dataDir, adminSocket, radsec, fips, listen } =
    parts.output;
  const { disconnect, disconnectEnabled } = parts.output;
  return {
    gateways: gateways.flatMap((gateway, i) => (gateway ? [[i, gateway] as const] : [])),
    ...(cloud && { cloud }),
    ...(gatewaySecretsFile && { gatewaySecretsFile }),
    ...(disconnect && { disconnect }),
    ...(disconnectEnabled !== undefined && { disconnectEnabled }),
    ...(dataDir && { dataDir }),
    ...(adminSocket && { adminSocket }),
    ...(radsec && { radsec }),
    hasRadsec: typeof value === 'object' && value !== null && 'radsec' in value,
    ...(fips !== undefined && { fips }),
    ...(listen && { udpAddresses: listen.length }),
    isWithoutGateways: isWithoutGateways(value),
  };
}

function isWithoutGateways(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('gateways' in value)) return true;
  return Array.isArray(value.gateways) && value.gateways.length === 0;
}

type Unknown = { readonly path: string; readonly message: string };

/** Walks schema and value side by side: keys that the schema does not have, lists for objects. */
function unknownKeys(schema: v.GenericSchema, value: unknown, path: string): Unknown[] {
  const inner = unwrap(schema);
  if (Array.isArray(value)) {
    const item = 'item' in inner ? (inner.item as v.GenericSchema) : undefined;
    if (!item) return 'entries' in inner ? [{ path, message: objectShape }] : [];
    return value.flatMap((element, i) => unknownKeys(item, element, pathBelow(path, i)));
  }
  if (typeof value !== 'object' || value === null || !('entries' in inner)) return [];
  const entries = new Map(Object.entries(inner.entries as Record<string, v.GenericSchema>));
  return Object.entries(value).flatMap(([key, member]) => {
    const known = entries.get(key);
    const below = pathBelow(path, key);
    if (known) return unknownKeys(known, member, below);
    return [{ path: below, message: `unknown key${didYouMean(key, [...entries.keys()])}` }];
  });
}

function unwrap(schema: v.GenericSchema): v.GenericSchema {
  return 'wrapped' in schema ? unwrap(schema.wrapped as v.GenericSchema) : schema;
}

function protocolOf(value: string): string {
  return URL.canParse(value) ? new URL(value).protocol : '';
}

function isCloudUrl(value: string): boolean {
  const protocol = protocolOf(value);
  if (protocol !== 'https:' && protocol !== 'http:') return false;
  const { hostname, search, hash } = new URL(value);
  const isLocal = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
  return search === '' && hash === '' && (protocol === 'https:' || isLocal);
}
