// Forty mistakes of who tries this program, and the sentence that each of them gets: what is wrong,
// where, and mostly what to do. Never a stack.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '../../local/clock.ts';
import { DataDirError, dataDirError, openDataDir } from '../../local/data-dir.ts';
import { startLocalDynamo } from '../../local/dynamo.ts';
import { historyTaker } from '../../local/import/history-taker.ts';
import { importHistory } from '../../local/import/import-history.ts';
import { relayKeys, sharedSecret } from '../../local/keys.ts';
import { portError } from '../../local/port-in-use.ts';
import { LocalQueue } from '../../local/queue/queue.ts';
import { runLocal } from '../../local/run.ts';
import { playSample } from '../../local/sample/morning.ts';
import { detailText, writtenSessions } from '../support/detail-text.ts';
import { tempDir } from './temp-dir.ts';

const path = tempDir();
let files = 0;

/** A new file with a text. */
function fileOf(text: string): string {
  files += 1;
  const name = path(`file-${files}`);
  writeFileSync(name, text);
  return name;
}

/** A new data directory with files in it. */
function dirOf(content: Readonly<Record<string, string>>): string {
  files += 1;
  const folder = path(`dir-${files}`);
  mkdirSync(folder);
  for (const [name, text] of Object.entries(content)) writeFileSync(join(folder, name), text);
  return folder;
}

/** What the program says before it ends. */
async function run(...args: string[]): Promise<string> {
  let said = '';
  const code = await runLocal(['--api-port=0', '--radius-port=0', ...args], {
    out: () => undefined,
    error: (text) => {
      said += text;
    },
    isInteractive: false,
    stopped: new AbortController().signal,
  });
  expect([1, 64]).toContain(code);
  return said;
}

/** The message of what a part throws. */
async function thrown(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

const system = (code: string): string =>
  String((dataDirError('/data', Object.assign(new Error('x'), { code })) as Error).message);

const history = (named: string[], gateways: string[] = [], timeZone = 'UTC') =>
  thrown(() =>
    importHistory(
      { files: named, gateways, timeZone },
      {
        taker: historyTaker({ begin: never, take: never, rest: never }, []),
        progress: { show: () => undefined, end: () => undefined },
        write: () => undefined,
        writeLost: () => undefined,
        processed: never,
        signal: new AbortController().signal,
      },
    ),
  );
const never = (): never => {
  throw new Error('something was imported');
};

const opened = (content: Readonly<Record<string, string>>) => openDataDir(dirOf(content));
const settings = (text: string) => run('--settings', fileOf(text));

const wrongAddress = '{"gateways": [{"name": "a", "addresses": ["x"]}]}';

async function occupied(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const { startHttpFront } = await import('../../local/http-front.ts');
  const said = await thrown(() =>
    startHttpFront({ port, routes: {}, allowedAuthorities: () => [] } as never),
  );
  server.close();
  return said;
}

type Mistake = readonly [what: string, say: () => string | Promise<string>, sentence: RegExp];

const options: readonly Mistake[] = [
  ['an option that is none', () => run('--prot', '1'), /there is no option --prot; see --help/],
  ['a word too many', () => run('morning'), /morning is no option/],
  ['an option without its value', () => run('--data'), /--data needs a value/],
  ['an option in the place of a value', () => run('--data', '--once'), /--data needs a value/],
  ['a value for a switch', () => run('--once=yes'), /--once takes no value/],
  ['a port that is none', () => run('--api-port', 'http'), /takes a port number from 0 to 65535/],
  ['a port beyond the last', () => run('--radius-port', '65536'), /not 65536/],
  ['another sample', () => run('--sample', 'evening'), /--sample is morning or none, not evening/],
  ['an empty directory name', () => run('--data='), /--data takes the path of a directory/],
  ['sample and history', () => run('--import', 'a', '--sample', 'morning'), /do not go together/],
  ['a gateway without history', () => run('--gateway', 'a=b'), /it needs --import/],
  ['a zone without history', () => run('--time-zone', 'UTC'), /it needs --import/],
  ['a rebuild of nothing', () => run('--rebuild'), /--rebuild is for a directory: it needs --data/],
  ['an empty file name', () => run('--import='), /--import takes the paths of files/],
];

const settingsFiles: readonly Mistake[] = [
  ['no settings file', () => run('--settings', path('absent')), /cannot be read \(ENOENT\)/],
  ['a folder as settings', () => run('--settings', dirOf({})), /cannot be read \(EISDIR\)/],
  ['settings without a name', () => run('--settings='), /takes the path of a JSON file/],
  ['settings that are no JSON', () => settings('{'), /--settings .*: .*JSON/],
  ['a wrong gateway address', () => settings(wrongAddress), /must be addresses/],
  ['an unknown sensitivity', () => settings('{"detection": {"sensitivity": "max"}}'), /max/],
];

const directories: readonly Mistake[] = [
  ['a file as data', () => run('--data', fileOf('')), /cannot be used/],
  [
    'a path through a file',
    () => run('--data', join(fileOf(''), 'x')),
    /a part of its path is a file/,
  ],
  ["another program's data", () => run('--data', dirOf({ 'a.txt': '' })), /none of Wherefrom/],
  [
    'a rebuild without a journal',
    () => run('--rebuild', '--data', dirOf({})),
    /holds no journal: there is nothing to rebuild from/,
  ],
  [
    'a damaged copy of erasures',
    async () => {
      const folder = dirOf({ 'shared-secret': 'x' });
      mkdirSync(join(folder, 'cloud'));
      writeFileSync(join(folder, 'cloud', 'kept.json'), '{"version": 1}');
      return run('--data', folder, '--sample', 'none', '--once');
    },
    /kept\.json is damaged: it holds who was erased, and the settings/,
  ],
  [
    'the same data twice',
    async () => {
      const dir = await opened({});
      const said = await run('--data', dir.path);
      await dir.release();
      return said;
    },
    /--data .* is in use by process \d+/,
  ],
  [
    'an empty secret',
    () => thrown(async () => sharedSecret(await opened({ 'shared-secret': '\n' }))),
    /shared-secret is empty: put the gateways' secret back/,
  ],
  [
    'empty keys',
    () => thrown(async () => relayKeys(await opened({ 'relay-keys.pem': '' }))),
    /relay-keys\.pem is damaged: it does not hold the relay's two keys/,
  ],
  [
    'keys cut short',
    () => thrown(async () => relayKeys(await opened({ 'relay-keys.pem': '-----BEGIN PRIV' }))),
    /relay-keys\.pem is damaged/,
  ],
  [
    'a damaged manifest',
    () =>
      thrown(async () => playSample(await opened({ 'sample-morning.json': '{' }), never as never)),
    /sample-morning\.json is damaged: remove it/,
  ],
  [
    'a manifest without its time',
    () =>
      thrown(async () =>
        playSample(
          await opened({ 'sample-morning.json': '{"morningStart":"now"}' }),
          never as never,
        ),
      ),
    /sample-morning\.json is damaged/,
  ],
  [
    'tables of something else',
    () => thrown(() => startLocalDynamo({ path: dirOf({ 'notes.txt': '' }) })),
    /of this version; with --rebuild it is made again .*, or move it away/,
  ],
  [
    'tables without their list',
    () => thrown(() => startLocalDynamo({ path: dirOf({ CURRENT: 'MANIFEST-000009\n' }) })),
    /cannot be opened .*--rebuild .*, or move it away to start empty/,
  ],
  [
    'a queue that is none',
    () =>
      thrown(() =>
        LocalQueue.open({ path: fileOf('hello, world'), clock: systemClock, maxReceiveCount: 3 }),
      ),
    /is not a queue log of version 1/,
  ],
];

const disk: readonly Mistake[] = [
  ['a full disk', () => system('ENOSPC'), /--data \/data cannot be used: no space is left/],
  ['a used-up share', () => system('EDQUOT'), /share of the disk is used up/],
  ['a broken disk', () => system('EIO'), /the disk does not answer as it should/],
  ['a read-only disk', () => system('EROFS'), /lies on a disk that is read-only/],
  ['a forbidden directory', () => system('EACCES'), /this account may not read and write in it/],
];

const ports: readonly Mistake[] = [
  ['an occupied port', occupied, /port \d+ is in use; choose another with --api-port/],
  [
    'a forbidden port',
    () => portError('EACCES', '--radius-port', 80)?.message ?? '',
    /port 80 is forbidden to this account .*; choose another with --radius-port/,
  ],
];

const ofHistory: readonly Mistake[] = [
  ['no history file', () => history([path('absent')]), /--import .*: there is no such file/],
  ['a folder as history', () => history([dirOf({})]), /it is a directory; name the files in it/],
  ['an empty file', () => history([fileOf('')]), /there is nothing to import in these files/],
  ['a zone that is none', () => history([fileOf('')], [], 'Mars/Base'), /Mars\/Base/],
  ['a mapping that is none', () => history([fileOf('')], ['asa']), /expects NAS=NAME/],
  [
    'history of a gateway without a name',
    () => history([fileOf(detailText(writtenSessions(2, Date.now(), '192.0.2.9')))]),
    /not configured here: 192\.0\.2\.9[\s\S]*--gateway 192\.0\.2\.9=NAME/,
  ],
];

const mistakes = [...options, ...settingsFiles, ...directories, ...disk, ...ports, ...ofHistory];

it('are forty and more', () => {
  expect(mistakes.length).toBeGreaterThan(40);
  expect(new Set(mistakes.map(([what]) => what)).size).toBe(mistakes.length);
});

/** What each was answered, for the page. */
const rows = new Map<string, string>();

it.each(mistakes)('%s', async (what, say, sentence) => {
  const said = await say();
  rows.set(what, said);

  expect(said).toMatch(sentence);
  expect(said).not.toMatch(/^ +at /m);
  expect(said).not.toContain('undefined');
});

it('leaves errors that are no mistake of a user as they are', () => {
  const error = new TypeError('x is not a function');

  expect(dataDirError('/data', error)).toBe(error);
  expect(dataDirError('/data', error)).not.toBeInstanceOf(DataDirError);
});

/** The sentence without what differs from run to run, as one cell of a table. */
function cellOf(said: string): string {
  return (
    said
      .replace(/\/\S*wherefrom-test-[^/\s]+\/(?:file|dir)-\d+/g, '/srv/example')
      .replace(/\/\S*wherefrom-test-[^/\s]+/g, '/srv')
      .replace(/process \d+/g, 'process 4711')
      .replace(/port \d{4,}/g, 'port 8080')
      .replace(/^wherefrom: /gm, '')
      // Later versions of Node say more.
      .replace(/(in JSON at position \d+).*/g, '$1')
      .trim()
      .replace(/\s*\n\s*/g, ' ')
      .replaceAll('|', '\\|')
  );
}

it('stand in docs/mistakes.md with their sentences', () => {
  const page = join(__dirname, '../../docs/mistakes.md');
  const text = readFileSync(page, 'utf8');
  const lines = mistakes.map(([what]) => `| ${what} | ${cellOf(rows.get(what) ?? '')} |`);
  const head = text.slice(0, text.indexOf('| mistake |'));
  const wanted = [`${head}| mistake | what is said |`, '|---|---|', ...lines, ''].join('\n');
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, wanted);
  else expect(text).toBe(wanted);
});
