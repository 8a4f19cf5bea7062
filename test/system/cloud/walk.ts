// From a deployed stack to a located profile, in the order of docs/deploy.md, by the commands that
// the stack's outputs name; then what docs/deploy.md and docs/runbook.md do afterwards.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { morningMinutes, planMorning } from '../../../local/sample/day.ts';
import { sampleGateways } from '../../../local/sample/gateways.ts';
import { playRecords } from '../../../local/sample/player.ts';
import { sampleDomain, stolenAccount } from '../../../local/sample/sample-users.ts';
import { freePort } from '../../support/free-port.ts';
import { until } from '../../support/until.ts';
import { type Api, openApi } from './api.ts';
import type { Outputs } from './deployment.ts';
import type { EmulatedCloud } from './emulated-cloud.ts';
import { type Running, run, start } from './program.ts';
import type { Steps } from './steps.ts';

/** What the walk leaves running and known. */
export type Walked = {
  readonly api: Api;
  readonly relay: Running;
  /** Of the admin who signed in. */
  readonly token: string;
};

const gatewaySecret = 'a-secret-of-the-sample-gateways';
const patienceMs = 420_000;
const pollMs = 500;
/** Between two looks at what is processed: each costs the emulator a query a day of detections. */
const lookMs = 4_000;
const person = 'you@example.com';

/** Lines of npm's commands as the documents show them: shortened where they name what is made. */
export const shown = (text: string): string => text.replace(/\n{2,}/g, '\n');

/** Steps 2 to 5 of docs/deploy.md. @param folder for the relay and the person's own files */
export async function walk(
  steps: Steps,
  cloud: EmulatedCloud,
  outputs: Outputs,
  folder: string,
): Promise<Walked> {
  const { environment } = cloud;
  const url = outputs('Endpoint');
  const config = join(folder, 'relay.json');
  const port = await freePort();
  writeFileSync(
    config,
    JSON.stringify({
      dataDir: join(folder, 'relay'),
      adminSocket: join(folder, 'relay.sock'),
      listen: [{ address: '127.0.0.1', port }],
    }),
  );

  const token = await steps.step(
    'output Step1AddRelay: a token for the relay',
    () => run(outputs('Step1AddRelay'), environment),
    shown,
  );
  const secret = /^wfe1\.\S+/m.exec(token)?.[0] ?? '';
  await steps.step(
    'relay enrol: keys are made, the cloud knows them',
    () => run(`npm run relay -- enrol --url ${url} --config ${config}`, environment, secret),
    shown,
  );
  // As "npm run relay" starts it, but without npm in between, which would take the signal to stop.
  const relay = start(`node bin/run.mjs tsx bin/relay.ts run --config ${config}`, environment);
  await steps.step(
    'output Step2AddYourself: an admin, who gets a mail',
    () => run(outputs('Step2AddYourself'), environment),
    shown,
  );
  const browsing = {
    ...environment,
    DISPLAY: ':0',
    PATH: `${writeBrowser(folder)}:${environment['PATH']}`,
    WHEREFROM_TEST_PERSON: person,
  };
  await steps.step(
    'output Step3SignIn: code flow with PKCE at the user pool, first password from the mail',
    () => run(outputs('Step3SignIn'), browsing),
    shown,
  );
  const bearer = await steps.step('login --print: the token, for scripts', () =>
    run('npm run login --silent -- --print', environment),
  );
  const api = openApi(cloud, url, bearer);
  await steps.step(
    'the authorizer: no token, a spoilt one, the one of the admin',
    async () => {
      const asked = [undefined, `${bearer.slice(0, -6)}AAAAAA`, bearer].map(async (one) => {
        const { status } = await api.ask('GET', '/v1/users', { token: one ?? '' });
        return status;
      });
      const statuses = await Promise.all(asked);
      if (statuses.join() !== '401,401,200') throw new Error(`answers were ${statuses}`);
      return statuses;
    },
    (statuses) => statuses.join(', '),
  );
  await steps.step(
    'output Step4AddGateways: settings for all relays',
    () => {
      const file = join(folder, 'settings.json');
      writeFileSync(file, JSON.stringify(settings()), { mode: 0o600 });
      const line = outputs('Step4AddGateways').replace('settings.json', file);
      return run(line, environment);
    },
    shown,
  );
  await steps.step('the relay takes the settings and opens its port', () =>
    until(
      () => relay.output.out.includes('"switched-on"'),
      () => `settings at the relay: ${relay.output.out}${relay.output.error}`,
      patienceMs,
      pollMs,
    ),
  );
  await playMorning(steps, api, port);
  await steps.step(
    'output Step5Ask: who there is',
    () => run(outputs('Step5Ask'), environment),
    (text) => shown(text).split('\n').slice(0, 4).join('\n'),
  );
  await steps.step(
    'query profile: a located profile',
    // By the account alone: the emulator does not decode a path (README.md).
    () => run(`npm run query -- profile ${stolenAccount}`, environment),
    (text) => shown(text).split('\n').slice(0, 12).join('\n'),
  );
  return { api, relay, token: bearer };
}

const settings = () => ({
  enabled: true,
  gateways: sampleGateways.map(({ name, sourceAddress }) => ({
    name,
    addresses: [sourceAddress],
    secret: gatewaySecret,
  })),
  domains: {
    netbios: { [sampleDomain.netbios]: sampleDomain.dns },
    defaultDomain: sampleDomain.dns,
  },
});

/** A folder with the program that a desktop opens addresses by. */
function writeBrowser(folder: string): string {
  const visitor = join(import.meta.dirname, 'visitor-process.ts');
  const command = `#!/bin/sh\nexec "${process.execPath}" --import tsx "${visitor}" "$1"\n`;
  writeFileSync(join(folder, 'xdg-open'), command, { mode: 0o755 });
  return folder;
}

async function playMorning(steps: Steps, api: Api, port: number): Promise<void> {
  const clock = Date.now;
  const records = planMorning(clock() - morningMinutes * 60_000);
  await steps.step(
    'the sample morning: real RADIUS packets over UDP, every answer verified',
    () =>
      playRecords(records, {
        relay: { address: '127.0.0.1', port },
        secret: gatewaySecret,
        clock,
        sourceAddressOf: (name) =>
          sampleGateways.find((one) => one.name === name)?.sourceAddress ?? '127.0.0.1',
      }),
    ({ total, answered, repeats }) => `${answered} of ${total} records, ${repeats} repeats`,
  );
  await steps.step(
    'everything is processed; the stolen account is detected',
    async () => {
      await until(
        async () => {
          // The detection is written first, the profile last. By the account alone: functions keep
          // settings for a minute, so that the domain may have to be waited for.
          const profile = await api.ask('GET', `/v1/users/${stolenAccount}`);
          return profile.status === 200 && profile.json.detections.length > 0;
        },
        'a detection of the stolen account',
        patienceMs,
        lookMs,
      );
      const users = await allUsers(api);
      return users.length;
    },
    (people) => `${people} users`,
  );
}

/** Every user, page by page. */
async function allUsers(api: Api): Promise<string[]> {
  const users: string[] = [];
  let next: string | undefined;
  do {
    const cursor = next ? `&cursor=${encodeURIComponent(next)}` : '';
    const { status, json } = await api.ask('GET', `/v1/users?limit=20${cursor}`);
    if (status !== 200) throw new Error(`GET /v1/users answers ${status}`);
    users.push(...json.items.map((one: { user: string }) => one.user));
    next = json.next;
  } while (next);
  return users;
}
