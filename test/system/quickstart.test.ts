// The commands of the pages are run as a newcomer would: against the sample, each must answer. What
// starts or installs is only looked up, because this test is what it would start.

import { rmSync } from 'node:fs';
import { runQuery } from '../../cli/query/query-command.ts';
import {
  getJson,
  type Pipeline,
  playedSample,
  startPipeline,
  stopPipeline,
  TestGateway,
} from '../support/pipeline.ts';
import { until } from '../support/until.ts';
import { readText } from '../tidy/repository.ts';

const scripts = Object.keys(JSON.parse(readText('package.json') ?? '{}').scripts);
const textOf = (path: string): string => readText(path) ?? '';

/** Command lines of the `sh` blocks of a page, comments taken off. */
const commandsOf = (path: string): string[] =>
  [...textOf(path).matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .flatMap(([, block = '']) => block.split('\n'))
    .map((line) => line.replace(/ +#.*$/, '').trim())
    .filter((line) => line !== '');

/** Words as a shell splits them: single quotes, double quotes, blanks. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');

const pages = ['README.md', 'docs/quickstart.md', 'docs/api.md'];
const commands = pages.flatMap((page) => commandsOf(page).map((line) => [page, line] as const));
const queries = commands.filter(([, line]) => line.startsWith('npm run query -- '));
const curls = commands.filter(([, line]) => line.startsWith('curl '));

const sample = playedSample();
const freePorts = ['--radius-port', '0', '--api-port', '0'];
let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await startPipeline(['--json', '--data', sample.folder, ...freePorts]);
}, 90_000);
afterAll(async () => {
  await stopPipeline(pipeline);
  rmSync(sample.folder, { recursive: true, force: true });
});

it.each(commands)('%s: `%s` names a script that there is', (_, line) => {
  const [program, verb, name = verb] = wordsOf(line).filter((word) => word !== '--silent');

  expect(['npm', 'curl', 'npx']).toContain(program);
  if (program !== 'npm') return;
  const called = verb === 'run' ? name : verb;
  expect(['ci', ...scripts]).toContain(called);
});

it.each(queries)('%s: `%s` answers', async (_, line) => {
  const args = wordsOf(line).slice(4);
  let out = '';
  const exitCode = await runQuery(['--url', pipeline.ready.api, ...args], {
    out: (text) => {
      out += text;
    },
    error: () => undefined,
    fetch,
    environment: {},
    platform: 'linux',
    home: '/nowhere',
    now: Date.now,
    readText: () => '',
  });

  expect(exitCode).toBe(0);
  expect(out.split('\n').length).toBeGreaterThan(2);
});

it.each(curls)('%s: `%s` answers', async (_, line) => {
  const address = wordsOf(line).find((word) => word.startsWith('http://')) ?? '';
  const response = await fetch(address.replace('http://127.0.0.1:8080', pipeline.ready.api));

  expect(response.status).toBe(200);
  expect((await response.text()).length).toBeGreaterThan(100);
});

it('the packet of the quickstart makes the alert that it promises', async () => {
  const line = /^echo '([^']+)'/m.exec(textOf('docs/quickstart.md'))?.[1] ?? '';
  const attributes = [...line.matchAll(/([\w-]+)=("?)([^",]+)\2/g)].map(
    ([, name = '', , value = '']) => [name, value] as const,
  );
  const gateway = new TestGateway(pipeline.ready);
  expect(attributes).toHaveLength(5);
  expect(await gateway.send(attributes)).toBe(true);
  gateway.close();

  const path = '/v1/users/louise.girard@contoso.com/detections';
  const found = await until(
    async () => {
      const list = await getJson<{ items: { clientAddress: string }[] }>(pipeline.ready, path);
      return list?.items.find(({ clientAddress }) => clientAddress === '104.131.0.69');
    },
    'the detection is there',
    10_000,
  );

  expect(found).toMatchObject({ user: 'louise.girard@contoso.com', isLearning: false });
}, 20_000);

/** Without the times of the run. */
const timeless = (text: string): string => text.replace(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'TIME');

it('finds what README shows: severities, scores and the first reasons', async () => {
  const [, block = ''] = /2 abnormal connections:\n\n([\s\S]*?)```/.exec(textOf('README.md')) ?? [];
  const shown = block
    .replace(/\n {2}(?!because|played|\.\.\.)/g, ' ')
    .split(/\n(?=[A-Z])/)
    .map((one) => ({
      head: /^(\w+) (\S+) .*, score (\d+)/.exec(one)?.slice(1),
      reasons: [...one.matchAll(/because: (.+)/g)].map(([, text = '']) => timeless(text)),
    }));
  expect(shown.map(({ reasons }) => reasons.length)).toEqual([3, 3]);

  type Found = { id: string; user: string; severity: string; score: number };
  const list = await getJson<{ items: Found[] }>(pipeline.ready, '/v1/detections');
  for (const { head: [severity, user, score] = [], reasons } of shown) {
    const found = list?.items.find((one) => one.user === user);
    expect([found?.severity.toUpperCase(), `${found?.score}`]).toEqual([severity, score]);
    type Whole = { reasons: { text: string }[] };
    const whole = await getJson<Whole>(pipeline.ready, `/v1/detections/${found?.id}`);
    const first = whole?.reasons.slice(0, reasons.length).map(({ text }) => timeless(text));
    expect(first).toEqual(reasons);
  }
});
