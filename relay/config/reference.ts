// The reference of the configuration file, generated from the schema that validates it: every key,
// what it takes in the words of its own error message, its default, and its purpose.
// Promise: a key without a description here, or a description without a key, fails a test.

import type * as v from 'valibot';
import { disconnectDefaults } from '../disconnect/target.ts';
import type { ListenAddress } from '../receive/udp-server.ts';
import { radsecDefaults } from './radsec.ts';
import { relayDefaults } from './relay-config.ts';
import { configSchema } from './schema.ts';

/** What each key is for, as one Markdown sentence or two. */
const meanings: Readonly<Record<string, string>> = {
  listen: 'Where RADIUS accounting is received.',
  'listen[].address': '`::` also takes IPv4, unless an IPv4 address has its own entry.',
  'listen[].port': 'UDP port.',
  radsec: 'RADIUS over TLS (RFC 6614, RFC 9765); without it no TCP port is opened.',
  'radsec.listen': 'Where TLS connections are taken.',
  'radsec.listen[].address': '`::` also takes IPv4, unless an IPv4 address has its own entry.',
  'radsec.listen[].port': 'TCP port.',
  'radsec.certificateFile': 'PEM file with our certificate, and those between it and its root.',
  'radsec.keyFile': 'PEM file with its private key, without a passphrase.',
  'radsec.caFile':
    'PEM file with the authorities that sign gateways: whoever has a certificate of ' +
    'them and a configured address is that gateway.',
  'radsec.crlFile': 'PEM file with revoked certificates. Then every authority needs a list.',
  'radsec.versions': 'RADIUS/1.0 with its MD5 inside TLS, RADIUS/1.1 without (RFC 9765).',
  'radsec.connectionsMax': 'Connections at once.',
  'radsec.connectionsPerSourceMax': 'Connections at once from one address.',
  'radsec.handshakesPerSecondMax':
    'New connections a second from one address; twice as many at once.',
  'radsec.idleSeconds': 'A connection without a packet ends after this.',
  fips: 'Only approved algorithms: no UDP, only RADIUS/1.1, batches sealed with P-256.',
  gateways:
    'Who may send, besides those of the settings; of two with one name or address this one counts.',
  'gateways[].name': 'The identity of the gateway everywhere: in events, metrics and profiles.',
  'gateways[].address': 'Packet source. In a block each source is a gateway `name/source`.',
  'gateways[].addresses': 'The same for several; one of the two.',
  'gateways[].secretFile': 'File that holds the shared secret and nothing else.',
  'gateways[].secretEnv': 'Environment variable that holds it.',
  'gateways[].nextSecretFile': 'The next secret while it is being changed: both are accepted.',
  'gateways[].nextSecretEnv': 'The same, by environment variable.',
  'gateways[].allowWeakSecret': 'Accept a secret under 16 characters.',
  'gateways[].vendor': 'Fixes the dialect; else it is chosen by what is in each packet.',
  'gateways[].overrides': 'Where this gateway keeps what its dialect looks for elsewhere.',
  'gateways[].overrides.clientAddress': 'The public address the person came from.',
  'gateways[].overrides.assignedAddress': 'The address inside the tunnel.',
  'gateways[].overrides.hostname': 'Name of the device.',
  'gateways[].overrides.deviceMac': 'MAC address of the device.',
  'gateways[].overrides.deviceUid': 'Identity of the device.',
  'gateways[].overrides.userAgent': 'Name and version of the VPN client.',
  'gateways[].overrides.tunnelGroup': 'Group or connection profile.',
  'gateways[].overrides.isVpn':
    'Whether sessions of this gateway are VPN connections; else it is read from each packet.',
  'gateways[].behindProxy':
    'The source is a RADIUS proxy: the gateway is `name/` and NAS-IP-Address or NAS-Identifier.',
  'gateways[].radsec': 'Which certificates are this gateway; without it any, from its address.',
  'gateways[].radsec.names': 'Names or addresses, one of which must stand in the certificate.',
  'gateways[].radsec.fingerprints': 'SHA-256 of certificates, one of which it must be.',
  'gateways[].requireMessageAuthenticator': 'Drop requests that carry no Message-Authenticator.',
  gatewaySecretsFile:
    'Lines `name = secret`, `name.next = secret` while it is being changed, `#` comments.',
  disconnect: 'Which gateways this relay may ask to end a session (RFC 5176); absent: none.',
  'disconnect[].gateway': 'Name of the gateway, of this file or of the settings.',
  'disconnect[].address': 'Where to ask; its accounting packets must come from the same.',
  'disconnect[].via': 'Over UDP, or over the RadSec connection that the gateway itself opened.',
  'disconnect[].port': 'UDP port; none over RadSec.',
  'disconnect[].secretFile':
    'File that holds a secret of its own, not that of accounting; none over RadSec.',
  'disconnect[].form': 'By what the gateway finds a session: see "End a session".',
  'disconnect[].perHour': 'Sessions it may be asked to end within an hour.',
  disconnectEnabled: 'False: nothing is asked to end, whatever is ordered (SIGHUP takes it over).',
  cloud: 'Where batches go; `enrol` finds it by itself. Without either the relay ships nothing.',
  'cloud.url': 'Base URL of the ingest API.',
  'cloud.relayId': 'Name of a relay whose key was registered by hand.',
  'cloud.keyFile': 'PEM file with its Ed25519 or P-256 private key.',
  'cloud.caFile': 'PEM file with certificate authorities to trust besides the usual ones.',
  'cloud.proxy': 'Proxy to go through, whatever `HTTPS_PROXY` and `NO_PROXY` say.',
  dataDir: 'Journal, cursor and counters. One relay per directory.',
  journalMaxMiB: 'Above it nothing more is recorded or answered.',
  keepShippedHours: 'Shipped records are kept this long, unless space is short.',
  flushAfterMs:
    'A batch leaves when it is full, a Start in it is this old, or anything else ten times so.',
  logLevel: 'Least level that is logged.',
  adminSocket: 'Socket for `status`, `capture` and `journal redrive`.',
  metrics: 'Serve `/livez`, `/readyz` and `/metrics`; `{}` for the defaults.',
  'metrics.address': 'Address to serve on.',
  'metrics.port': 'TCP port to serve on.',
};

const listOf = (listen: readonly ListenAddress[]): string =>
  listen.map(({ address, port }) => `\`${address}\` port ${port}`).join(', ');

/** Defaults, as they are shown. */
const defaults: Readonly<Record<string, string>> = {
  listen: listOf(relayDefaults.listen),
  'listen[].port': '1813',
  'radsec.listen': listOf(radsecDefaults.listen),
  'radsec.listen[].port': '2083',
  'radsec.versions': radsecDefaults.versions.map((version) => `\`${version}\``).join(', '),
  'radsec.connectionsMax': String(radsecDefaults.connectionsMax),
  'radsec.connectionsPerSourceMax': String(radsecDefaults.connectionsPerSourceMax),
  'radsec.handshakesPerSecondMax': String(radsecDefaults.handshakesPerSecondMax),
  'radsec.idleSeconds': String(radsecDefaults.idleSeconds),
  fips: "Node's own switch",
  gateways: 'those of the settings',
  cloud: 'as enrolled',
  'cloud.url': 'as enrolled',
  'cloud.relayId': 'as enrolled',
  'cloud.keyFile': 'as enrolled',
  gatewaySecretsFile: '`gateway-secrets` beside this file, if it exists',
  'cloud.proxy': '`HTTPS_PROXY`',
  'disconnect[].via': '`udp`',
  'disconnect[].secretFile': 'required for `udp`',
  'disconnect[].port': '3799, of `cisco-asa` 1700',
  'disconnect[].perHour': String(disconnectDefaults.perHourMax),
  disconnectEnabled: '`true`',
  journalMaxMiB: String(relayDefaults.journalMaxMiB),
  keepShippedHours: String(relayDefaults.keepShippedHours),
  flushAfterMs: String(relayDefaults.flushAfterMs),
  logLevel: `\`${relayDefaults.logLevel}\``,
  adminSocket: '`relay.sock` in `dataDir`',
  'metrics.address': '`127.0.0.1`',
  'metrics.port': String(relayDefaults.metricsPort),
};

type Key = {
  readonly path: string;
  readonly takes: string;
  readonly isRequired: boolean;
};

/** Every key of the schema, in its order. */
export function configKeys(): readonly Key[] {
  return keysOf(configSchema, '');
}

/** The reference as a Markdown table. */
export function configReference(): string {
  const rows = configKeys().map(({ path, takes, isRequired }) => {
    const start = defaults[path] ?? (isRequired ? 'required' : '-');
    return [`\`${path}\``, takes, start, meanings[path] ?? ''];
  });
  return table(['key', 'takes', 'default', 'meaning'], rows);
}

/** Paths that are described or have a default, for the test that compares them with the schema. */
export const describedPaths = { meanings: Object.keys(meanings), defaults: Object.keys(defaults) };

/** A Markdown table. Cells may hold anything but line ends. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

function keysOf(schema: v.GenericSchema, path: string): Key[] {
  const inner = unwrap(schema);
  const item = 'item' in inner ? unwrap(inner.item as v.GenericSchema) : undefined;
  const holder = item ?? inner;
  if (!('entries' in holder)) return [];
  const below = item ? `${path}[]` : path;
  return Object.entries(holder.entries as Record<string, v.GenericSchema>).flatMap(
    ([name, entry]) => {
      const at = below === '' ? name : `${below}.${name}`;
      const isRequired = !('wrapped' in entry);
      return [{ path: at, takes: takesOf(entry), isRequired }, ...keysOf(entry, at)];
    },
  );
}

function unwrap(schema: v.GenericSchema): v.GenericSchema {
  return 'wrapped' in schema ? unwrap(schema.wrapped as v.GenericSchema) : schema;
}

/** What a key takes, in the words of its error message. */
function takesOf(schema: v.GenericSchema): string {
  const inner = unwrap(schema);
  const said = 'message' in inner ? String(inner.message).replace('expects ', '') : '';
  if (!('item' in inner) || said !== 'a list [ ... ]') return said;
  return `${said}, each ${takesOf(inner.item as v.GenericSchema)}`;
}
