// The source of captured packets: the running relay, or sockets of our own while none runs.
// Promise: a running relay is not affected; without one no packet is answered, because none is
// recorded. Only authentic packets are shown; for the others, the reason of the refusal.

import * as v from 'valibot';
import { eventSchema } from '../../../wire/event-schema.ts';
import type { RelayConfig } from '../../config/relay-config.ts';
import type { Log } from '../../log.ts';
import { configuredName } from '../../radius/gateway.ts';
import { judgeDatagram, makeGateScratch } from '../../receive/gate.ts';
import { makeGatewayTable } from '../../receive/gateway-table.ts';
import type { Receiver } from '../../receive/receiver.ts';
import { makeSecretDiagnosis } from '../../receive/secret-diagnosis.ts';
import { startUdpServer } from '../../receive/udp-server.ts';
import { type StatusReport, statusSchema } from '../../status/status-report.ts';
import { askRelay, followRelay } from '../admin-client.ts';
import { viewRecord } from '../journal-tools/record-view.ts';

const packetSchema = v.object({
  arrival: v.string(),
  source: v.object({ address: v.string(), port: v.number() }),
  gatewayId: v.string(),
  raw: v.pipe(v.string(), v.hexadecimal()),
  event: v.exactOptional(eventSchema),
  undecodable: v.exactOptional(v.string()),
});
const missedSchema = v.object({ missed: v.number() });

/** A packet as it came, passwords as zeros, and what it is read as. */
export type CapturedPacket = v.InferOutput<typeof packetSchema>;

export type PacketSourceEvents = {
  readonly onPacket: (packet: CapturedPacket) => void;
  /** The relay could not hand these over in time. */
  readonly onMissed: (count: number) => void;
  /** The relay has stopped. */
  readonly onEnd: () => void;
};

export type CaptureSource = {
  /** Why packets were not accepted, per gateway, as sentences. */
  refusals(): Promise<readonly string[]>;
  close(): Promise<void>;
};

/** Follows the running relay; undefined when none runs. @throws RelayError RELAY_NOT_REACHED */
export async function followRunningRelay(
  socketPath: string,
  gateway: string | undefined,
  events: PacketSourceEvents,
): Promise<CaptureSource | undefined> {
  const query = gateway === undefined ? '' : `?gateway=${encodeURIComponent(gateway)}`;
  const followed = await followRelay(socketPath, `/capture${query}`);
  if (followed === 'not-running') return undefined;
  const reading = (async () => {
    for await (const line of followed.lines) {
      const value: unknown = JSON.parse(line);
      const packet = v.safeParse(packetSchema, value);
      const missed = v.safeParse(missedSchema, value);
      if (packet.success) events.onPacket(packet.output);
      else if (missed.success) events.onMissed(missed.output.missed);
    }
  })();
  // A line that a dying relay cut short is no line.
  reading.catch(() => undefined).finally(events.onEnd);
  return {
    refusals: () => askRefusals(socketPath, gateway),
    async close() {
      followed.close();
      await reading.catch(() => undefined);
    },
  };
}

/** Names of the gateways of the running relay; undefined when none runs or it does not say. */
export async function runningGateways(socketPath: string): Promise<string[] | undefined> {
  return (await askStatus(socketPath))?.gateways.map(({ name }) => name);
}

async function askStatus(socketPath: string): Promise<StatusReport | undefined> {
  const answer = await askRelay(socketPath, 'GET', '/status');
  const report = v.safeParse(statusSchema, answer.kind === 'answer' ? answer.body : undefined);
  return report.success ? report.output : undefined;
}

async function askRefusals(socketPath: string, gateway: string | undefined): Promise<string[]> {
  const gateways = (await askStatus(socketPath))?.gateways ?? [];
  return gateways
    .filter(({ name }) => gateway === undefined || name === gateway)
    .flatMap(({ name, refused, secretFinding }) => refusalText(name, refused, secretFinding));
}

function refusalText(
  name: string,
  refused: Readonly<Record<string, number>>,
  finding: string | undefined,
): string[] {
  const reasons = Object.entries(refused).map(([reason, count]) => `${reason} ${count}`);
  if (reasons.length === 0) return [];
  return [`${name}: refused ${reasons.join(', ')}${finding ? `; ${finding}` : ''}`];
}

/** Listens where the relay would. @throws RelayError RELAY_PORT_UNUSABLE */
export async function listenInstead(
  config: RelayConfig,
  gateway: string | undefined,
  events: Pick<PacketSourceEvents, 'onPacket'>,
): Promise<CaptureSource> {
  const table = makeGatewayTable(config.gateways);
  const scratch = makeGateScratch();
  const refused = new Map<string, Record<string, number>>();
  const quiet: Log = () => undefined;
  const diagnosis = makeSecretDiagnosis({
    gateways: () => table,
    log: quiet,
    later: setImmediate,
    monotonicMs: () => performance.now(),
  });
  const receiver: Receiver = {
    receive(datagram, source) {
      const admission = judgeDatagram(datagram, source.address, table, scratch);
      const name = admission.gateway?.config.name ?? 'unknown gateways';
      if (gateway !== undefined && name !== gateway) return;
      if (admission.kind === 'drop') {
        const counts = refused.get(name) ?? {};
        counts[admission.reason] = (counts[admission.reason] ?? 0) + 1;
        refused.set(name, counts);
        diagnosis.onDrop(admission, datagram);
      } else if (admission.kind === 'accept') {
        const { gatewayId, packet, gateway: known } = admission;
        const record = {
          type: 'datagram' as const,
          receivedTime: Date.now(),
          source,
          gatewayId,
          isRepeated: false,
          payload: packet,
        };
        events.onPacket(viewRecord(record, known.config));
      }
    },
  };
  const server = await startUdpServer({ listen: config.listen, receiver, log: quiet });
  return {
    refusals: async () =>
      [...refused].flatMap(([name, counts]) =>
        refusalText(name, counts, diagnosis.findings().get(configuredName(name))),
      ),
    close: () => server.close(),
  };
}
