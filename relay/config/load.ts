// Reads the relay's configuration file and everything it refers to, once, into a value that the
// rest of the relay can trust.
// Promise: all mistakes at once, each with file, line, column, path and what is expected; a secret
// is never shown. It starts nothing and writes nothing.

import { dirname, resolve } from 'node:path';
import { systemErrorCode } from '../errors.ts';
import { vendorNamed, vendorNames } from '../radius/dialects/choose.ts';
import type { GatewayConfig } from '../radius/gateway.ts';
import { parseAddressBlock } from '../receive/address-match.ts';
import { resolveCloud } from './cloud.ts';
import { resolveDisconnect } from './disconnect.ts';
import { type ConfigFinding, didYouMean } from './findings.ts';
import { type JsonPositions, parseConfigJson, pathBelow } from './json.ts';
import {
  isFipsWanted,
  isRuled,
  needsSecret,
  type RadsecConfig,
  radsecRules,
  reportSealKey,
  resolveRadsec,
} from './radsec.ts';
import { defaultAdminSocket, type RelayConfig, relayDefaults } from './relay-config.ts';
import { type ConfigFile, checkShape, type GatewayFile, type SoundParts } from './schema.ts';
import {
  readSecretLines,
  type SecretLines,
  type SecretSources,
  secretsOf,
  unusedSecretLines,
} from './secrets.ts';

export type LoadedConfig = {
  /** Absent when a finding is an error. */
  readonly config?: RelayConfig;
  readonly findings: readonly ConfigFinding[];
};

type Report = (path: string, message: string, severity?: ConfigFinding['severity']) => void;

type Context = {
  readonly sources: SecretSources;
  readonly report: Report;
  /** Relative names are meant from the configuration file's folder. */
  readonly locate: (name: string) => string;
  readonly lines: SecretLines;
  readonly hasRadsec: boolean;
  readonly isFips: boolean;
};

/** Loads a configuration file. */
export function loadConfig(file: string, sources: SecretSources): LoadedConfig {
  const findings: ConfigFinding[] = [];
  const text = readText(file, sources, findings);
  if (text === undefined) return { findings };
  const parsed = parseConfigJson(text);
  if (!parsed.ok) {
    const { at, message } = parsed;
    return { findings: [{ severity: 'error', file, at, message }] };
  }
  const shape = checkShape(parsed.value, file, parsed.positions);
  findings.push(...shape.findings);
  const resolved = resolveParts(file, shape.parts, parsed.positions, sources, findings);
  const isUsable = findings.every(({ severity }) => severity !== 'error');
  if (!shape.config || !isUsable) return { findings };
  return { config: finish(file, shape.config, resolved), findings };
}

/** For whoever has no configuration yet. */
const whatToWrite = `is not there (ENOENT). Either let the relay in with its verb "enrol", which
writes it, or write it yourself, for example

  { "gateways": [{ "name": "vpn-gw-1", "address": "10.0.0.1" }], "dataDir": "/var/lib/wherefrom" }

and beside it, mode 0600, a file gateway-secrets with a line for each gateway:

  vpn-gw-1 = at-least-sixteen-random-characters`;

function readText(
  file: string,
  sources: SecretSources,
  findings: ConfigFinding[],
): string | undefined {
  try {
    return sources.readFile(file).octets.toString('utf8');
  } catch (error) {
    const code = systemErrorCode(error);
    const message = code === 'ENOENT' ? whatToWrite : `cannot be read (${code})`;
    findings.push({ severity: 'error', file, message });
    return undefined;
  }
}

type ResolvedParts = Pick<RelayConfig, 'gateways' | 'cloud' | 'radsec' | 'isFips' | 'disconnect'>;

/** What keys mean together: secrets, keys and certificates read, gateways distinguished. */
function resolveParts(
  file: string,
  parts: SoundParts,
  positions: JsonPositions,
  sources: SecretSources,
  findings: ConfigFinding[],
): ResolvedParts {
  const report: Report = (path, message, severity = 'error') => {
    const at = positions.valueAt(path);
    findings.push({ severity, file, path, message, ...(at && { at }) });
  };
  const locate = (name: string): string => resolve(dirname(file), name);
  const secretsFile = locate(parts.gatewaySecretsFile ?? 'gateway-secrets');
  const isExpected = parts.gatewaySecretsFile !== undefined || exists(secretsFile, sources);
  const lines: SecretLines = isExpected
    ? readSecretLines(secretsFile, sources, (finding) => findings.push(finding))
    : new Map();
  const names = parts.gateways.map(([, { name }]) => name);
  findings.push(...unusedSecretLines(secretsFile, lines, names));
  const isFips = isFipsWanted(parts.fips);
  const { hasRadsec } = parts;
  const context: Context = { sources, report, locate, lines, hasRadsec, isFips };
  const gateways = parts.gateways.map(
    ([index, gateway]) => [index, resolveGateway(gateway, index, context)] as const,
  );
  reportTwins(gateways, report);
  const dataDir = parts.dataDir === undefined ? undefined : locate(parts.dataDir);
  const cloud = resolveCloud(parts.cloud, { sources, report, locate, dataDir });
  if (parts.isWithoutGateways && !cloud?.enrolment) {
    const advice = 'list them, or enrol this relay and keep them in the settings of the cloud';
    findings.push({ severity: 'error', file, path: 'gateways', message: `is missing: ${advice}` });
  }
  if (isFips && cloud) reportSealKey(cloud, report);
  const radsec = resolveWaysIn(parts, context);
  const resolved = gateways.map(([, gateway]) => gateway);
  const disconnect = resolveDisconnect(
    parts.disconnect,
    parts.disconnectEnabled,
    resolved,
    context,
  );
  return {
    gateways: resolved,
    ...(cloud && { cloud }),
    ...(radsec && { radsec }),
    ...(isFips && { isFips }),
    ...(disconnect && { disconnect }),
  };
}

/** TLS, where it is configured, and whether there is any way in at all. */
function resolveWaysIn(parts: SoundParts, context: Context): RadsecConfig | undefined {
  const { report, hasRadsec, isFips } = context;
  if (isFips && parts.udpAddresses) {
    report('listen', 'stays shut: RADIUS over UDP needs MD5, and FIPS mode is on', 'warning');
  }
  if (parts.udpAddresses === 0 && !hasRadsec) {
    report('listen', 'expects at least one address to listen on, or a section "radsec"');
  }
  // A section of wrong shape was reported as that.
  return hasRadsec && !parts.radsec ? undefined : resolveRadsec(parts.radsec, context);
}

/** Fills in what the file left open. */
function finish(file: string, config: ConfigFile, parts: ResolvedParts): RelayConfig {
  const { metrics, listen } = config;
  const udp =
    listen?.map(({ address, port = 1813 }) => ({ address, port })) ?? relayDefaults.listen;
  const dataDir = resolve(dirname(file), config.dataDir);
  return {
    ...parts,
    // UDP needs MD5, which FIPS mode does not have.
    listen: parts.isFips ? [] : udp,
    dataDir,
    adminSocket:
      config.adminSocket === undefined
        ? defaultAdminSocket(dataDir)
        : resolve(dirname(file), config.adminSocket),
    journalMaxMiB: config.journalMaxMiB ?? relayDefaults.journalMaxMiB,
    keepShippedHours: config.keepShippedHours ?? relayDefaults.keepShippedHours,
    flushAfterMs: config.flushAfterMs ?? relayDefaults.flushAfterMs,
    logLevel: config.logLevel ?? relayDefaults.logLevel,
    ...(metrics && {
      metrics: {
        address: metrics.address ?? '127.0.0.1',
        port: metrics.port ?? relayDefaults.metricsPort,
      },
    }),
  };
}

function exists(path: string, sources: SecretSources): boolean {
  try {
    sources.readFile(path);
    return true;
  } catch (error) {
    return systemErrorCode(error) !== 'ENOENT';
  }
}

function resolveGateway(gateway: GatewayFile, index: number, context: Context): GatewayConfig {
  const { sources, report, locate, lines, isFips } = context;
  const path = pathBelow('gateways', index);
  const { address, addresses, secretFile, nextSecretFile } = gateway;
  if (address !== undefined && addresses !== undefined) {
    report(path, 'has both address and addresses: keep one');
  }
  const rules = radsecRules(gateway);
  const isKnownByCertificate = context.hasRadsec && isRuled(rules);
  if (address === undefined && addresses === undefined && !isKnownByCertificate) {
    report(path, 'has no address: packets are told apart by where they come from');
  }
  const located = {
    ...gateway,
    secretFile: secretFile && locate(secretFile),
    nextSecretFile: nextSecretFile && locate(nextSecretFile),
  };
  const isNeeded = needsSecret(gateway, context);
  const secrets = secretsOf(located, sources, lines, isNeeded, (severity, message) => {
    report(path, message, severity);
  });
  const { overrides, behindProxy, requireMessageAuthenticator } = gateway;
  const vendor = gateway.vendor && vendorNamed(gateway.vendor);
  if (gateway.vendor !== undefined && vendor === undefined) {
    const hint = didYouMean(gateway.vendor, vendorNames) || `; one of ${vendorNames.join(', ')}`;
    report(pathBelow(path, 'vendor'), `is no vendor that is known here${hint}`);
  }
  return {
    name: gateway.name,
    addresses: (addresses ?? (address === undefined ? [] : [address])).map(
      (text) => parseAddressBlock(text)?.text ?? text,
    ),
    secrets: isFips ? [] : secrets,
    ...rules,
    ...(vendor !== undefined && { vendor }),
    ...(overrides !== undefined && { overrides }),
    ...(behindProxy !== undefined && { behindProxy }),
    ...(requireMessageAuthenticator !== undefined && { requireMessageAuthenticator }),
  };
}

/** Two gateways with one name or address would be one; with one secret they can be each other. */
function reportTwins(
  gateways: readonly (readonly [number, GatewayConfig])[],
  report: Report,
): void {
  const first = new Map<string, string>();
  const claim = (kind: string, value: string, name: string): string | undefined => {
    const owner = first.get(`${kind} ${value}`);
    if (owner === undefined) first.set(`${kind} ${value}`, name);
    return owner;
  };
  for (const [i, { name, addresses, secrets }] of gateways) {
    const path = pathBelow('gateways', i);
    if (claim('name', name, name) !== undefined) {
      report(pathBelow(path, 'name'), `another gateway is called ${name}`);
    }
    for (const address of addresses) {
      const owner = claim('address', address, name);
      if (owner !== undefined) report(path, `${address} belongs to gateway ${owner} already`);
    }
    if (new Set(secrets.map((secret) => secret.toString('hex'))).size < secrets.length) {
      report(path, 'its two secrets are the same: give each its own', 'warning');
    }
  }
  reportSharedSecrets(gateways, report);
}

/** One warning for all gateways that share a secret, at the first of them. */
function reportSharedSecrets(
  gateways: readonly (readonly [index: number, gateway: GatewayConfig])[],
  report: Report,
): void {
  const sharers = new Map<string, Map<string, number>>();
  for (const [i, { name, secrets }] of gateways) {
    for (const secret of secrets) {
      const key = secret.toString('hex');
      const names = sharers.get(key) ?? new Map<string, number>();
      if (!names.has(name)) names.set(name, i);
      sharers.set(key, names);
    }
  }
  const told = new Set<string>();
  for (const names of sharers.values()) {
    const list = [...names.keys()].join(', ');
    const [first] = names.values();
    if (first === undefined || names.size < 2 || told.has(list)) continue;
    told.add(list);
    report(pathBelow('gateways', first), `${list} share a secret: give each its own`, 'warning');
  }
}
