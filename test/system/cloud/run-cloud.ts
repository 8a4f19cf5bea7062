// `npm run test:cloud`: the product on an AWS that nobody here wrote. From an empty account to a
// located profile by the commands of docs/deploy.md, then used, updated and torn down. Prints every
// step, with `-- --generated` the requests of schemathesis as well, which take minutes. Ends with 1
// when a step fails, with 0 and a sentence where the emulator is not installed.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { absent, installedProgram } from '../../support/emulator.ts';
import { askAccount, awaitSweep, erase, poisonQueue, redrive, useApi } from './afterwards.ts';
import { bootstrap, deploy, deployedTemplate, stackName } from './deployment.ts';
import { type EmulatedCloud, startEmulatedCloud } from './emulated-cloud.ts';
import { sendGenerated } from './generated-requests.ts';
import { endAll } from './program.ts';
import { judgeCalls } from './recorded-calls.ts';
import { makeSteps, type Steps } from './steps.ts';
import { tearDown } from './teardown.ts';
import { walk } from './walk.ts';

const say = (text: string) => process.stdout.write(text);
const alarms = '-c alarmEmail=oncall@example.com';

async function journey(steps: Steps, cloud: EmulatedCloud, folder: string): Promise<void> {
  await steps.step('cdk bootstrap: the empty account', () => bootstrap(cloud));
  const first = await steps.step(
    'npm run deploy: real assets, by the pinned CLI',
    () => deploy(cloud, alarms),
    ({ resources }) => `${resources.size} resources`,
  );
  const before = askAccount(cloud, 'inventory');
  await steps.step('stand-ins for gaps of the emulator (README.md)', async () =>
    askAccount(cloud, 'prepare', stackName),
  );
  const { api, relay, token } = await walk(steps, cloud, first.outputs, folder);
  const isDeadLetter = await poisonQueue(cloud, first);
  await useApi(steps, api);
  await redrive(steps, cloud, first, api);
  const updated = await steps.step(
    'npm run deploy again, with a change: an update that keeps every name',
    async () => {
      const again = await deploy(
        cloud,
        `${alarms} -c relaySilentMinutes=20`,
        'node bin/run.mjs cdk deploy',
      );
      const lost = askAccount(cloud, 'inventory').filter((name) => !before.includes(name));
      if (lost.length > 0) throw new Error(`new beside the old: ${lost.join(', ')}`);
      return again;
    },
    ({ resources }) => `${resources.size} resources, none replaced`,
  );
  await steps.step('what is no batch becomes a dead letter', isDeadLetter, (text) => text);
  await erase(steps, cloud, updated, api);
  if (process.argv.includes('--generated')) {
    await steps.step(
      'schemathesis: generated requests to every route, no 5xx, each answer as documented',
      () => sendGenerated(cloud, updated.outputs('Endpoint'), token),
      (text) => text,
    );
  }
  await awaitSweep(steps, cloud, updated);
  relay.child.kill('SIGTERM');
  await steps.step('the relay stops cleanly', async () => {
    const { exitCode, error } = await relay.ended;
    if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${error}`);
  });
  await steps.step(
    'recorded calls against the policies of the template',
    async () => {
      const verdict = judgeCalls(cloud.callsFile, deployedTemplate(), updated.resources);
      if (verdict.refused.length > 0 || verdict.calls === 0) {
        throw new Error(`${verdict.calls} calls, refused:\n${verdict.refused.join('\n')}`);
      }
      // A judge that allows everything would have nothing to say here.
      if (verdict.refusedElsewhere === 0) throw new Error('every function may do everything');
      return verdict;
    },
    ({ calls, allowed, refusedElsewhere, byService }) => {
      const services = [...byService].map(([name, count]) => `${name} ${count}`).join(', ');
      return (
        `${calls} calls, ${allowed} allowed (${services});\n` +
        `${refusedElsewhere} of them another function's policies would refuse`
      );
    },
  );
  await steps.step('stand-ins away', async () => askAccount(cloud, 'unprepare', stackName));
  await tearDown(steps, cloud, folder);
  say(`\n${api.answers} answers of the API, each as docs/openapi.yaml says\n`);
}

if (!installedProgram('ministack')) {
  say(`skipped: ${absent('ministack')}\n`);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'wherefrom-cloud-'));
  const steps = makeSteps(say);
  let cloud: EmulatedCloud | undefined;
  try {
    cloud = await steps.step('MiniStack: TLS, names of AWS, roles enforced', () =>
      startEmulatedCloud(folder),
    );
    await journey(steps, cloud, folder);
    const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
    say(`\n${/## Stand-ins\n[\s\S]*?(?=\n## |$)/.exec(readme)?.[0] ?? ''}\n`);
    say(`${steps.passed} steps passed\n`);
  } catch (error) {
    say(`${(error as Error).stack}\n`);
    if (process.env['CI'] === undefined) say(`${cloud?.emulator.lines.slice(-40).join('\n')}\n`);
    process.exitCode = 1;
  } finally {
    endAll();
    await cloud?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
