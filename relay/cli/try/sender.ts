// The sender of `try`: a configured gateway whose address this machine has, or a temporary gateway
// that the running relay registers for a minute.

import * as v from 'valibot';
import type { ConfigPlaces } from '../../config/places.ts';
import { errorText } from '../../errors.ts';
import { configuredName } from '../../radius/gateway.ts';
import { makeGatewayTable } from '../../receive/gateway-table.ts';
import { type StatusReport, statusSchema } from '../../status/status-report.ts';
import { askRelay } from '../admin-client.ts';
import type { VerbIo, VerbOptions } from '../command-line.ts';
import { loadEffectiveConfig } from '../effective-config.ts';

export type Sender = {
  /** Where the relay listens, and where the packets come from: the same address. */
  readonly address: string;
  readonly port: number;
  readonly gateway: string;
  readonly secret: Buffer;
};

const temporaryGatewaySchema = v.object({ gateway: v.string(), secret: v.string() });

/** The status of the running relay; undefined when none answers. */
export async function askStatus(socket: string): Promise<StatusReport | undefined> {
  const answer = await askRelay(socket, 'GET', '/status').catch(() => undefined);
  const report = v.safeParse(statusSchema, answer?.kind === 'answer' ? answer.body : undefined);
  return report.success ? report.output : undefined;
}

/** Finds a way to send, or says why there is none. */
export async function findSender(
  options: VerbOptions,
  { adminSocket }: ConfigPlaces,
  io: VerbIo,
): Promise<Sender | { readonly why: string }> {
  const status = await askStatus(adminSocket);
  if (!status) return { why: `no relay answers on ${adminSocket}: start it first` };
  const target = readPlace(status.radius[0] ?? '');
  if (!target) return { why: 'the running relay has no UDP port open' };
  const { config } = loadEffectiveConfig(options.config, io);
  const match = config && makeGatewayTable(config.gateways).find(target.address);
  const wanted = options.gateway;
  const secret = match?.gateway.config.secrets[0];
  if (match && secret && (wanted === undefined || match.gateway.config.name === wanted)) {
    return { ...target, gateway: configuredName(match.gateway.config.name), secret };
  }
  if (wanted !== undefined) {
    const why = `${target.address} is not an address of ${wanted}`;
    return { why: `${why}: nothing can be sent from there; leave --gateway out` };
  }
  return askForTemporaryGateway(adminSocket, target);
}

async function askForTemporaryGateway(
  socket: string,
  target: Pick<Sender, 'address' | 'port'>,
): Promise<Sender | { readonly why: string }> {
  try {
    const path = `/try?address=${encodeURIComponent(target.address)}`;
    const answer = await askRelay(socket, 'POST', path);
    const temporaryGateway = v.safeParse(
      temporaryGatewaySchema,
      answer.kind === 'answer' ? answer.body : undefined,
    );
    if (!temporaryGateway.success) {
      return {
        why: 'the running relay takes no temporary gateway now: another try is under way, or older',
      };
    }
    const { gateway, secret } = temporaryGateway.output;
    return { ...target, gateway, secret: Buffer.from(secret) };
  } catch (error) {
    return { why: errorText(error) };
  }
}

/** `0.0.0.0:1813` and `[::]:1813` are reached over loopback. */
function readPlace(text: string): Pick<Sender, 'address' | 'port'> | undefined {
  const [, six, four, port] = /^(?:\[(.+)\]|([\d.]+)):(\d+)$/.exec(text) ?? [];
  const address = six ?? four;
  if (address === undefined) return undefined;
  const loopback: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  return { address: loopback[address] ?? address, port: Number(port) };
}
