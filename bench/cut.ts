// npm run bench:cut: seconds from the click that orders the end of a session to `confirmed` in the
// API, for relays that ship and for relays that are idle. Cloud and relays run in this process as
// they are; the gateway is scripted, takes loopback's time to answer and sends its Stop at once.
// The page looks every second while an order is under way, which is not in these figures.

import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { relayDefaults } from '../relay/config/relay-config.ts';
import { type CutSite, startCutCloud, startCutRelay } from '../test/support/cut-site.ts';
import { freePort } from '../test/support/free-port.ts';
import { stopAll } from '../test/support/running-relay.ts';
import { type ScriptedGateway, startScriptedGateway } from '../test/support/scripted-gateway.ts';
import { until } from '../test/support/until.ts';

const help = `Usage: npm run bench:cut -- [options]

  --relays N   relays, each with a gateway and one order of each kind (default: 20)
  --only KIND  ships | idle
  --help
`;

const { values } = parseArgs({
  options: {
    relays: { type: 'string', default: '20' },
    only: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

type Place = {
  readonly number: number;
  readonly site: CutSite;
  readonly gateway: ScriptedGateway;
};

/** How long somebody reads and writes between opening the dialog and the click. */
const idleThoughtsMs = [0, 15_000];
/** A relay that asks every half minute, give or take a fifth, is met at any moment of it. */
const pollSpanMs = 36_000;
/** Longer than an open dialog keeps its relay asking, and than a relay counts as busy. */
const quietMs = 125_000;
const confirmedWithinMs = 90_000;

const out = (text: string): void => void process.stdout.write(`${text}\n`);

async function startPlaces(count: number): Promise<readonly Place[]> {
  const cloud = await startCutCloud();
  const places: Place[] = [];
  for (let number = 1; number <= count; number += 1) {
    const address = `127.0.1.${number}`;
    const port = await freePort();
    const gateway = await startScriptedGateway(port, address);
    const name = `vpn-${number}`;
    const site = await startCutRelay(cloud, `relay-${number}`, {
      listen: { address: '127.0.0.1', port },
      sources: [{ name, address }],
      gateways: [{ name, address, port: gateway.port, form: 'rfc5176' }],
      // As a relay ships by itself, not as a test wants it.
      more: { flushAfterMs: relayDefaults.flushAfterMs },
    });
    places.push({ number, site, gateway });
  }
  return places;
}

/** Connects somebody and waits until the cloud shows it. */
async function connect({ number, site, gateway }: Place, kind: string) {
  const user = `user-${number}-${kind}`;
  await gateway.send(1, user, `${kind}-${number}`);
  const open = await until(() => site.openActivity(user), `${user} is open`, 60_000, 250);
  return { user, session: open.id };
}

/** Milliseconds from the click to `confirmed`. */
async function clickToConfirmed(
  { site }: Place,
  { user, session }: { readonly user: string; readonly session: string },
  thoughtMs: number,
): Promise<number> {
  await site.plan(user, session);
  await sleep(thoughtMs);
  const clickedMs = performance.now();
  await site.order(user, session);
  const isConfirmed = async (): Promise<boolean> =>
    (await site.newest(user))?.state === 'confirmed';
  await until(isConfirmed, `the session of ${user} has ended`, confirmedWithinMs, 100);
  return performance.now() - clickedMs;
}

/** People come and go: a Start or a Stop a second until it is told to stop. */
function trickle({ number, gateway }: Place): () => void {
  let sent = 0;
  const timer = setInterval(() => {
    sent += 1;
    const [session, isFirst] = [Math.floor(sent / 2), sent % 2 === 0];
    void gateway.send(isFirst ? 1 : 2, `other-${number}`, `other-${number}-${session}`);
  }, 1_000);
  return () => clearInterval(timer);
}

function quantile(sorted: readonly number[], share: number): string {
  const at = Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1);
  return ((sorted[Math.max(0, at)] ?? Number.NaN) / 1000).toFixed(1);
}

function row(words: string, times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const cells = [quantile(sorted, 0.5), quantile(sorted, 0.95), quantile(sorted, 1)];
  return `| ${words} | ${sorted.length} | ${cells.join(' | ')} |`;
}

async function measure(places: readonly Place[]): Promise<void> {
  out('| the relay, and the click | orders | p50 s | p95 s | most s |');
  out('|---|---|---|---|---|');
  if (values.only !== 'idle') await measureShipping(places);
  if (values.only !== 'ships') await measureIdle(places);
}

async function measureShipping(places: readonly Place[]): Promise<void> {
  const stops = places.map(trickle);
  const times: number[] = [];
  for (const place of places) {
    times.push(await clickToConfirmed(place, await connect(place, 'ships'), 1_500));
  }
  for (const stop of stops) stop();
  out(row('ships a record a second; after 1.5 s in the dialog', times));
}

async function measureIdle(places: readonly Place[]): Promise<void> {
  for (const thoughtMs of idleThoughtsMs) {
    const connected = await Promise.all(places.map((place) => connect(place, `idle-${thoughtMs}`)));
    await sleep(quietMs);
    const times = await Promise.all(
      places.map(async (place, index) => {
        await sleep((index / places.length) * pollSpanMs);
        const who = connected[index];
        return who ? clickToConfirmed(place, who, thoughtMs) : Number.NaN;
      }),
    );
    out(row(`idle; after ${thoughtMs / 1000} s in the dialog`, times));
  }
}

if (values.help === true) {
  out(help);
} else {
  try {
    await measure(await startPlaces(Number(values.relays)));
  } finally {
    await stopAll();
  }
}
