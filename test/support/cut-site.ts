// A relay that may ask gateways to end sessions, enrolled with the embedded cloud: programs, files
// and sockets as they are. Gateways are the caller's.

import fs from 'node:fs';
import path from 'node:path';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../local/cloud.ts';
import type { After } from '../../relay/timers.ts';
import { type RunningCommand, runCommand, startWith } from './command.ts';
import { locationOf } from './events.ts';
import { onStop, temporaryFolder } from './running-relay.ts';
import { until } from './until.ts';

/** Of Disconnect-Requests. */
export const cutSecret = 'secret-of-disconnects-0123456789';
export const accountingSecret = 'secret-of-accounting-9876543210';

export type CutGateway = {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly form: string;
  /** What the relay's file says; absent: `cutSecret`. */
  readonly secret?: string;
};

export type SessionEnd = {
  readonly id: string;
  readonly state: string;
  readonly steps: readonly {
    readonly state: string;
    readonly at: string;
    readonly cause?: string;
    readonly detail?: string;
    readonly session?: { readonly sessionId: string; readonly clientAddress?: string };
  }[];
};

/** An answer of the API. */
export type Said = { readonly status: number; readonly body: ReturnType<typeof JSON.parse> };

export type CutSite = {
  readonly cloud: LocalCloud;
  readonly folder: string;
  /** Log lines of the relay. */
  log(): string;
  api(method: string, route: string, body?: object): Promise<Said>;
  /** The open activity of a user, once the cloud has it; undefined at first. */
  openActivity(user: string): Promise<{ readonly id: string } | undefined>;
  /** Changes the list and has the relay read it. */
  allow(gateways: readonly CutGateway[], more?: object): Promise<void>;
  /** Has the relay ask for orders now, as it does when its file is read again. */
  askNow(): Promise<void>;
  /** What an order would do. */
  plan(user: string, session: string): Promise<Said>;
  order(user: string, session: string, more?: object): Promise<Said>;
  /** The newest order of a user. */
  newest(user: string): Promise<SessionEnd | undefined>;
};

type SiteOptions = {
  readonly listen: { readonly address: string; readonly port: number };
  readonly sources: readonly { readonly name: string; readonly address: string }[];
  readonly gateways: readonly CutGateway[];
  /** Further keys of the relay's file. */
  readonly more?: object;
  /** Runs what the relay's orders wait to do; absent: by the clock of this machine. */
  readonly after?: After;
};

/** The embedded cloud, in a folder that goes away in the end. */
export async function startCutCloud(
  more: Pick<LocalCloudOptions, 'fallback'> = {},
): Promise<LocalCloud> {
  const folder = path.join(temporaryFolder(), 'cloud');
  fs.mkdirSync(folder);
  const cloud = await startLocalCloud({
    folder,
    apiPort: 0,
    writeLog: () => undefined,
    locate: (address) => locationOf(address),
    ...more,
  });
  onStop(() => cloud.stop());
  return cloud;
}

/**
 * Starts cloud and relay.
 * @param options `listen`: where the relay takes accounting; `sources`: gateways by name, with the
 *   address that their packets come from
 */
export async function startCutSite(options: SiteOptions): Promise<CutSite> {
  return startCutRelay(await startCutCloud(), 'relay-1', options);
}

/** Enrols and starts one more relay of a cloud. */
export async function startCutRelay(
  cloud: LocalCloud,
  name: string,
  options: SiteOptions,
): Promise<CutSite> {
  const folder = temporaryFolder();
  const file = path.join(folder, 'relay.json');
  const accounting = path.join(folder, 'accounting.secret');
  fs.writeFileSync(accounting, accountingSecret, { mode: 0o600 });
  const writeConfig = (gateways: readonly CutGateway[], more: object = {}): void => {
    const disconnect = gateways.map(({ secret = cutSecret, ...rest }, index) => {
      const secretFile = path.join(folder, `cut-${index}.secret`);
      fs.writeFileSync(secretFile, secret, { mode: 0o600 });
      return { ...rest, gateway: rest.name, secretFile, perHour: 100, name: undefined };
    });
    const config = {
      listen: [options.listen],
      gateways: options.sources.map((source) => ({
        ...source,
        secretFile: 'accounting.secret',
        // A switch port of hostapd counts as well.
        overrides: { isVpn: true },
      })),
      dataDir: 'state',
      flushAfterMs: 50,
      disconnect,
      ...options.more,
      ...more,
    };
    fs.writeFileSync(file, JSON.stringify(config));
  };
  writeConfig(options.gateways);
  const api = async (method: string, route: string, body?: object): Promise<Said> => {
    const answer = await fetch(`${cloud.url}${route}`, {
      method,
      headers: { origin: cloud.url, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: JSON.parse((await answer.text()) || 'null') };
  };
  const { body: made } = await api('POST', '/v1/relays', { name });
  const token = path.join(folder, 'token');
  fs.writeFileSync(token, made.token, { mode: 0o600 });
  await runCommand('enrol', '--config', file, '--url', cloud.url, '--token-file', token, '--json');
  const { after } = options;
  const surroundings = after ? { after } : {};
  const relay: RunningCommand = startWith(surroundings, 'run', '--config', file, '--json');
  onStop(async () => {
    relay.interrupt();
    await relay.ended;
  });
  await until(() => relay.output.stdout.includes('"listening"'), 'the relay listens');
  const optedIn = async () => {
    const { body } = await api('GET', '/v1/relays');
    return JSON.stringify(body).includes(`"${name}"`);
  };
  await until(optedIn, 'the relay is known');
  const at = (user: string, rest: string): string =>
    `/v1/users/${encodeURIComponent(encodeURIComponent(user))}/${rest}`;
  const newest = async (user: string): Promise<SessionEnd | undefined> =>
    (await api('GET', at(user, 'session-ends'))).body?.items?.[0];
  return {
    cloud,
    folder,
    log: () => relay.output.stdout,
    api,
    newest,
    async openActivity(user) {
      const { body } = await api('GET', at(user, 'activities'));
      const items: { id: string; state: string }[] = body?.items ?? [];
      return items.find(({ state }) => state === 'open');
    },
    async allow(gateways, more) {
      writeConfig(gateways, more);
      await runCommand('reload', '--config', file);
    },
    async askNow() {
      await runCommand('reload', '--config', file);
    },
    plan: (user, session) => api('POST', at(user, 'session-ends/plan'), { session }),
    async order(user, session, more = {}) {
      const plan = async () => (await api('POST', at(user, 'session-ends/plan'), { session })).body;
      await until(async () => (await plan()).why !== 'not-opted-in', 'the relay reports its list');
      const { alsoEnds = [] } = await plan();
      return api('POST', at(user, 'session-ends'), {
        session,
        reason: 'not the person',
        alsoEnds: alsoEnds.map((one: { id: string }) => one.id),
        ...more,
      });
    },
  };
}
