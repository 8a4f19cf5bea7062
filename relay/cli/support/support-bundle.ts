// The sections of a support bundle before they are scrubbed.
// Promise: journal positions and sizes, no record; the configuration without secrets; log lines,
// which name no user by design and are scrubbed all the same. A section that cannot be made says
// why.

import { createHash, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { RelayConfig } from '../../config/relay-config.ts';
import { errorText } from '../../errors.ts';
import { journalFolder } from '../../journal/journal-folder.ts';
import { configuredName } from '../../radius/gateway.ts';
import { toEvent } from '../../radius/to-event.ts';
import type { Surroundings } from '../doctor/check.ts';
import { examine, reportOf } from '../doctor/doctor-verb.ts';
import { newestRecords } from '../doctor/journal-look.ts';
import { readListing } from '../journal-tools/list.ts';
import { serviceName } from '../service/systemd-unit.ts';
import { makeScrub, spellingsOf } from './scrub.ts';

const logLinesMax = 2_000;
const nothing = { records: [] };

export type Section = { readonly name: string; readonly what: string; readonly value: unknown };

/** The sections of a bundle, cleaned. @throws Error when a secret would be in it */
export async function makeBundle(
  surroundings: Surroundings,
  version: string,
): Promise<readonly Section[]> {
  const { config } = surroundings.loaded;
  const scrub = makeScrub({
    ownAddresses: [
      ...(config?.gateways.flatMap(({ addresses }) => addresses) ?? []),
      ...(config?.listen.map(({ address }) => address) ?? []),
    ],
    secrets: secretsOf(config),
    names: await namesIn(surroundings),
  });
  const sections: Section[] = [];
  for (const [name, what, make] of makers) {
    const value = await Promise.resolve()
      .then(() => make(surroundings, version))
      .catch((error: unknown) => ({ missing: errorText(error) }));
    sections.push({ name, what, value: scrub(value) });
  }
  const text = JSON.stringify(sections);
  const hasSecret = secretsOf(config).some((secret) =>
    spellingsOf(secret).some((spelling) => text.includes(spelling)),
  );
  if (hasSecret) throw new Error('a secret would stand in the bundle: nothing was written');
  return sections;
}

/** Who and what the newest records speak of, so that it can be taken out of everything else. */
async function namesIn({ places, loaded }: Surroundings): Promise<readonly string[]> {
  if (!places) return [];
  const gateways = new Map(loaded.config?.gateways.map((one) => [one.name, one]));
  const { records } = await newestRecords(journalFolder(places.dataDir)).catch(() => nothing);
  return records.flatMap((record) => {
    const event = toEvent(record, gateways.get(configuredName(record.gatewayId)));
    if ('undecodable' in event) return [];
    const { user, device, session, clientAddress, assignedAddresses } = event;
    const found = [user.raw, user.account, device?.name, device?.key, session.id, clientAddress];
    return [...found, ...assignedAddresses].flatMap((text) => text ?? []);
  });
}

type Maker = readonly [
  name: string,
  what: string,
  make: (surroundings: Surroundings, version: string) => unknown | Promise<unknown>,
];

const makers: readonly Maker[] = [
  ['about', 'versions of relay, Node and system; processors and memory', about],
  [
    'doctor',
    'every finding of `doctor`',
    async (surroundings) => reportOf(await examine(surroundings)),
  ],
  [
    'status',
    '`status`: counts, times and sizes per gateway',
    ({ running }) => running ?? 'no relay',
  ],
  ['configuration', 'settings in effect; secrets and keys as fingerprints', effective],
  ['journal', 'segments with sizes and positions; no record', journal],
  ['kernel', 'counters of UDP and the bound of receive buffers', kernel],
  ['log', `the last ${logLinesMax} lines of the service`, log],
];

function about({ nodeVersion, now }: Surroundings, version: string): object {
  return {
    time: new Date(now()).toISOString(),
    version,
    nodeVersion,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    processors: os.availableParallelism(),
    memoryMiB: Math.round(os.totalmem() / 1024 ** 2),
    upHours: Math.round(os.uptime() / 3600),
  };
}

function effective({ loaded: { config, findings } }: Surroundings): object {
  if (!config) return { findings };
  const { cloud, gateways, disconnect, ...rest } = config;
  return {
    ...rest,
    ...(disconnect && {
      disconnect: disconnect.targets.map((target) => ({
        ...target,
        ...(target.via === 'udp' && {
          secret: `${target.secret.length} octets, ${fingerprint(target.secret)}`,
        }),
      })),
      disconnectEnabled: disconnect.isEnabled,
    }),
    gateways: gateways.map(({ secrets, ...gateway }) => ({
      ...gateway,
      secrets: secrets.map((secret) => `${secret.length} octets, ${fingerprint(secret)}`),
    })),
    ...(cloud && {
      cloud: {
        url: cloud.url,
        relayId: cloud.relayId,
        isEnrolled: cloud.enrolment !== undefined,
        hasProxy: cloud.proxyUrl !== undefined,
        hasOwnAuthorities: cloud.caCertificates !== undefined,
      },
    }),
    findings,
  };
}

/** Four digits: enough to tell two secrets apart, nothing to guess with. */
function fingerprint(secret: Buffer): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 4);
}

async function journal({ places }: Surroundings): Promise<unknown> {
  return places ? readListing(journalFolder(places.dataDir)) : 'no data directory';
}

function kernel(): object {
  const read = (path: string): string | undefined => {
    try {
      return readFileSync(path, 'utf8').trim();
    } catch {
      return undefined;
    }
  };
  const udp = read('/proc/net/snmp')
    ?.split('\n')
    .filter((line) => line.startsWith('Udp:'));
  return { udp, receiveBufferBytesMax: read('/proc/sys/net/core/rmem_max') };
}

async function log({ run }: Surroundings): Promise<unknown> {
  const args = ['--unit', serviceName, '--lines', String(logLinesMax), '--output', 'cat'];
  const text = await run('journalctl', [...args, '--no-pager', '--quiet']);
  if (text === undefined) return { missing: 'there is no journalctl here: send the log yourself' };
  return text.split('\n').filter(Boolean);
}

/** Shared secrets, and the private keys as they would stand in a text. */
function secretsOf(config: RelayConfig | undefined): Buffer[] {
  if (!config) return [];
  const keys = config.cloud ? [config.cloud.privateKey] : [];
  const { gateways, disconnect } = config;
  const secrets = [
    ...gateways.flatMap((gateway) => gateway.secrets),
    ...(disconnect?.targets.flatMap((one) => (one.via === 'udp' ? [one.secret] : [])) ?? []),
  ];
  return [...secrets, ...keys.map(privatePart)];
}

function privatePart(key: KeyObject): Buffer {
  return Buffer.from(String(key.export({ format: 'jwk' }).d), 'base64url');
}
