// The profiles and sessions of the sample's people after five weeks and a morning, as the pipeline
// stores them: the sample's own packets, decoded as the relay does, located with the installed
// data, judged and folded in the order of time, in memory.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { processEvents } from '../../domain/process/process-events.ts';
import type { Profile, ProfileIndexRow } from '../../domain/profile/profile.ts';
import type { Session } from '../../domain/session/session.ts';
import { installedPlainData } from '../../geo/installed-data.ts';
import { openPlainLocator } from '../../geo/plain-locator.ts';
import { sha256Hash } from '../../lambdas/shared/hash.ts';
import { MemoryPopulation } from '../../local/replay/memory-population.ts';
import { type PlannedRecord, planMorning } from '../../local/sample/day.ts';
import { sampleGateway } from '../../local/sample/gateways.ts';
import { planHistory } from '../../local/sample/history.ts';
import { encodeRecord } from '../../local/sample/packets.ts';
import { sampleDomain } from '../../local/sample/sample-users.ts';
import { toEvent } from '../../relay/radius/to-event.ts';
import { makeMemoryStore } from './memory-store.ts';

const morningStart = Date.UTC(2026, 10, 23, 6);
const secret = 'the-secret-of-the-sample';

function eventOf(record: PlannedRecord, index: number): AccountingEvent | undefined {
  const { name, vendor, sourceAddress } = sampleGateway(record.gateway);
  const payload = encodeRecord(record, {
    identifier: index % 256,
    secret,
    sentTime: record.time,
  });
  const event = toEvent(
    {
      type: 'datagram',
      receivedTime: record.time,
      source: { address: sourceAddress, port: 50_000 },
      gatewayId: name,
      isRepeated: false,
      payload,
      position: index + 1,
    },
    { name, vendor, addresses: [sourceAddress], secrets: [Buffer.from(secret)] },
  );
  return 'undecodable' in event ? undefined : event;
}

export type SampleRows = {
  readonly profiles: readonly Profile[];
  readonly sessions: readonly { readonly userKey: string; readonly session: Session }[];
  /** Rows that other rows are found by. */
  readonly lookups: readonly ProfileIndexRow[];
};

/**
 * Plays five weeks and the morning; takes some seconds.
 * @param invocations how many the records come in: few, when a backlog is worked off; many, as they
 * come day by day
 */
export async function sampleRows(invocations: number): Promise<SampleRows> {
  const locator = openPlainLocator(installedPlainData());
  const store = makeMemoryStore();
  const ports = {
    users: store.users,
    gateways: store.gateways,
    locate: async (addresses: readonly string[]) =>
      new Map(addresses.map((one) => [one, locator.locate(one)])),
    settings: async () => ({
      domains: {
        netbios: { [sampleDomain.netbios]: sampleDomain.dns },
        defaultDomain: sampleDomain.dns,
      },
    }),
    hash: sha256Hash,
    population: new MemoryPopulation(),
  };
  const records = [...planHistory(morningStart), ...planMorning(morningStart)];
  const events = records
    .sort((a, b) => a.time - b.time)
    .flatMap((record, index) => eventOf(record, index) ?? []);
  const atOnce = Math.ceil(events.length / invocations);
  for (let from = 0; from < events.length; from += atOnce) {
    await processEvents(ports, events.slice(from, from + atOnce));
  }
  const users = [...store.profiles.keys()];
  const profiles = users.map((user) => store.profileOf(user)).filter((one) => one !== undefined);
  const sessions = [...store.sessions].flatMap(([userKey, rows]) =>
    [...rows.values()].map(({ session }) => ({ userKey, session })),
  );
  return { profiles, sessions, lookups: [...store.indexRows.values()] };
}
