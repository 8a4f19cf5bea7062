// Takes the pictures of docs/images: the console on the sample morning, with twelve weeks before it
// for the user whose account is stolen, so that the profile looks as one does after a while, and
// four more accounts that come from the thief's address: a case. All arrives as real packets. Run
// it by hand (`npm run console:pictures`); it needs Chromium. With `-- --keep` it goes on until
// Ctrl-C, to look around; with `-- --to DIR` every page goes there, and docs/images stays.

import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { sourceAddressIn } from '../local/local-gateways.ts';
import { type LocalPipeline, startPipeline } from '../local/pipeline.ts';
import { morningStartAt, type PlannedRecord, type PlannedSession } from '../local/sample/day.ts';
import { playSample } from '../local/sample/morning.ts';
import { type PlayOptions, playRecords } from '../local/sample/player.ts';
import { sampleDomain, stolenAccount, type Visit } from '../local/sample/sample-users.ts';
import { bundleConsole } from './console-bundle.ts';

const root = dirname(import.meta.dirname);
const { argv } = process;
const elsewhere = argv.includes('--to') ? argv[argv.indexOf('--to') + 1] : undefined;
const folder = elsewhere ?? join(root, 'docs', 'images');
const sizes = [
  { name: 'wide', viewport: { width: 1280, height: 800 } },
  { name: 'narrow', viewport: { width: 390, height: 844 } },
] as const;

const weeks = 12;
const dayMs = 24 * 3600 * 1000;
const minuteMs = 60_000;

/**
 * Where the person works from: mostly at home, at times elsewhere. Addresses of access networks.
 */
const home = { city: 'Hamburg', country: 'DE', address: '95.134.180.83' };
const parents = { city: 'Munich', country: 'DE', address: '2.165.102.12' };
const customer = { city: 'Lyon', country: 'FR', address: '2.3.41.33' };

/**
 * The visits of one day, by days before today; none at weekends. The sample has five weeks of its
 * own, at home.
 */
function visitsOf(daysAgo: number, weekday: number): readonly Visit[] {
  if (weekday === 0 || weekday === 6) return [];
  const where =
    daysAgo > 44 && daysAgo < 48 ? customer : weekday === 5 && daysAgo % 2 === 0 ? parents : home;
  // From here on the sample has days of its own, and nobody is at two places.
  if (daysAgo <= 35) return [];
  const about = {
    account: stolenAccount,
    computer: 'LT-0117',
    gateway: 'asa-london',
    spelling: 'upn',
    ...where,
  } as const;
  const start = 6 * 60 + ((daysAgo * 37) % 90);
  const lunch = 190 + ((daysAgo * 53) % 70);
  return [
    { ...about, fromMinute: start, minutes: lunch },
    { ...about, fromMinute: start + lunch + 45, minutes: 200 + ((daysAgo * 71) % 80) },
  ];
}

function sessionOf(visit: Visit, count: number): PlannedSession {
  const id = (0x0a_b0_00_00 + count * 0x1000).toString(16).toUpperCase();
  return {
    id,
    visit,
    userName: `${visit.account}@${sampleDomain.dns}`,
    port: count,
    assignedAddress: `10.112.9.${10 + (count % 200)}`,
    // The same computer as in the sample morning.
    deviceMac: '00-15-5d-f1-0a-77',
    deviceUid: 'FEA48ED8221A168BB1157E2AED8EB3CF323B3D6A',
    auditId: `0a700e19${id}`,
    correlationId: '{00000000-0000-4000-8000-000000000000}',
  };
}

/** Others whose passwords the thief has, each a while after the first. */
const companions = [
  ['clara.vogel', 'rras-hamburg', 104],
  ['nina.keller', 'apm-paris', 110],
  ['hugo.lambert', 'apm-paris', 119],
  ['elise.favre', 'apm-paris', 127],
] as const;

/** They come from the address that the sample's thief comes from. */
function burst(morningStart: number): readonly PlannedRecord[] {
  const there = { city: 'Buenos Aires', country: 'AR', address: '181.15.27.153' };
  return companions.flatMap(([account, gateway, fromMinute], at): PlannedRecord[] => {
    const visit = { account, computer: '', gateway, fromMinute, ...there };
    const session = sessionOf({ ...visit, spelling: 'upn' }, 700 + at);
    const start = morningStart + fromMinute * minuteMs;
    const about = { gateway, session, sessionId: session.id } as const;
    const usage = { seconds: 1_500, octetsIn: 40_000_000, octetsOut: 900_000_000 };
    return [
      { ...about, kind: 'start', time: start },
      ...(at === 0
        ? []
        : [{ ...about, kind: 'stop' as const, time: start + usage.seconds * 1000, usage }]),
    ];
  });
}

/** Working days, in time order. */
function history(now: number): readonly PlannedRecord[] {
  const midnight = Math.floor(now / dayMs) * dayMs;
  const days = Array.from({ length: weeks * 7 }, (_, index) => weeks * 7 - index);
  return days.flatMap((daysAgo) => {
    const day = midnight - daysAgo * dayMs;
    return visitsOf(daysAgo, new Date(day).getUTCDay()).flatMap((visit, part): PlannedRecord[] => {
      const session = sessionOf(visit, daysAgo * 2 + part);
      const about = { gateway: visit.gateway, session, sessionId: session.id } as const;
      const start = day + visit.fromMinute * minuteMs;
      const seconds = (visit.minutes ?? 0) * 60;
      const usage = { seconds, octetsIn: seconds * 21_000, octetsOut: seconds * 160_000 };
      return [
        { ...about, kind: 'start', time: start },
        { ...about, kind: 'stop', time: start + seconds * 1000, usage },
      ];
    });
  });
}

async function play(pipeline: LocalPipeline): Promise<void> {
  const signal = new AbortController().signal;
  const options: PlayOptions = {
    relay: { address: '127.0.0.1', port: pipeline.radiusPort },
    secret: pipeline.endpoints.secret,
    clock: Date.now,
    sourceAddressOf: (name) => sourceAddressIn(pipeline.layout, name),
  };
  await playRecords(history(Date.now()), options);
  await pipeline.processed(signal);
  const whenProcessed = (): Promise<void> => pipeline.processed(signal);
  await playSample(pipeline.dataDir, { ...options, whenProcessed });
  await whenProcessed();
  const others = [...burst(morningStartAt(Date.now()))].sort((a, b) => a.time - b.time);
  for (const record of others) {
    await playRecords([record], options);
    await whenProcessed();
  }
}

async function takePictures(browser: Browser, api: string): Promise<void> {
  const response = await fetch(`${api}/v1/detections`);
  const { items } = (await response.json()) as { items: { id: string; user: string }[] };
  const found = items.find(({ user }) => user.startsWith(stolenAccount));
  if (!found) throw new Error('the sample made no detection');
  const cases = (await (await fetch(`${api}/v1/cases`)).json()) as { items: { id: string }[] };
  const ofDocuments = {
    queue: '/',
    profile: `/users/${found.user}`,
    detection: `/detections/${found.id}`,
    case: `/cases/${cases.items[0]?.id ?? ''}`,
    places: '/places?sort=detections',
  };
  const others = {
    cases: '/cases',
    live: '/live',
    map: '/map',
    users: '/users',
    devices: '/devices',
    address: '/addresses/181.15.27.153',
    networks: '/networks',
    network: '/networks/AS7303',
    audit: '/audit',
    relays: '/relays',
    settings: '/settings/detection',
  };
  const views = elsewhere === undefined ? ofDocuments : { ...ofDocuments, ...others };
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const { name, viewport } of sizes) {
      const context = await browser.newContext({ viewport, colorScheme, timezoneId: 'UTC' });
      const page = await context.newPage();
      // The first visit loads what others find there: the outline of the map comes late.
      await page.goto(api);
      await page.waitForLoadState('networkidle');
      for (const [view, path] of Object.entries(views)) {
        await page.goto(api + path);
        await page.waitForLoadState('networkidle');
        await page.screenshot({ path: join(folder, `${view}-${name}-${colorScheme}.png`) });
      }
      await context.close();
    }
  }
}

mkdirSync(folder, { recursive: true });
const pipeline = await startPipeline(
  { sample: 'morning', once: false, json: true, radiusPort: 0, apiPort: 0 },
  { writeError: (text) => process.stderr.write(text), buildConsole: () => bundleConsole(root) },
);
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
try {
  await play(pipeline);
  await takePictures(browser, pipeline.endpoints.api);
  if (argv.includes('--keep')) {
    process.stderr.write(`${pipeline.endpoints.api}\n`);
    await once(process, 'SIGINT');
  }
} finally {
  await browser.close();
  await pipeline.stop();
}
