// What crosses to the thread of an import's relay and back: errors stay what they are, and its
// death is told. The whole of it runs in test/system/local/import.

import { HistoryError } from '../../local/import/history-taker.ts';
import { importHistory } from '../../local/import/import-history.ts';
import { PortForbiddenError, PortInUseError } from '../../local/port-in-use.ts';
import { Hold } from '../../local/relay-thread/hold.ts';
import { errorOf, failureOf } from '../../local/relay-thread/messages.ts';
import { loaderOf, startRelayThread } from '../../local/relay-thread/start.ts';
import { RelayError } from '../../relay/errors.ts';

const crossed = (error: unknown): Error => errorOf(structuredClone(failureOf(error)));

it.each([
  new HistoryError('--import /a: there is no such file'),
  new PortInUseError('--radius-port', 1813),
  new PortForbiddenError('--radius-port', 80),
])('lets $name through as what it is', (error) => {
  const there = crossed(error);

  expect(there).toBeInstanceOf(error.constructor);
  expect(there).toEqual(error);
  expect(there.message).toBe(error.message);
});

it('keeps what the run tells its sentences by: code and path', () => {
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC', path: '/data/relay' });

  expect(crossed(full)).toMatchObject({
    message: 'no space left',
    code: 'ENOSPC',
    path: full.path,
  });
  expect(crossed(new RelayError('RELAY_JOURNAL_UNUSABLE', 'it is another one'))).toMatchObject({
    message: 'RELAY_JOURNAL_UNUSABLE: it is another one',
    code: 'RELAY_JOURNAL_UNUSABLE',
  });
  expect(crossed('a word').message).toBe('a word');
});

it('fails with what the thread died of, and does not wait for it', async () => {
  const start = (text: string) => {
    const file = new URL(`data:text/javascript,${encodeURIComponent(text)}`);
    const config = { listen: [], gateways: [], dataDir: '/nowhere' };
    const program = { file, execArgv: [] };
    const surroundings = { writeError: () => undefined, isFull: () => false };
    return startRelayThread(program, config as never, surroundings);
  };

  await expect(start('throw new Error("out of order")')).rejects.toThrow('out of order');
  await expect(start('process.exit(3)')).rejects.toThrow('the thread of the relay has ended');
});

it('holds the thread while enough waits for the fold, and lets it go on then', async () => {
  const told: boolean[] = [true, true, false];
  const text = `
    import { parentPort } from 'node:worker_threads';
    const holds = [];
    let take;
    parentPort.on('message', ({ id, call, given }) => {
      const tell = (message) => parentPort.postMessage(message);
      const answer = (of, value) => tell({ kind: 'answer', id: of, answer: value });
      if (call === 'start') answer(id, { radiusPort: 1813 });
      if (call === 'take') {
        take = id;
        tell({ kind: 'progress', progress: { taken: 256 } });
      }
      if (call === 'hold') {
        holds.push(given);
        answer(id);
        if (!given) answer(take, { taken: 256, holds });
      }
      if (call === 'stop') answer(id);
    });`;
  const file = new URL(`data:text/javascript,${encodeURIComponent(text)}`);
  const isFull = () => told.shift() ?? false;
  const relay = await startRelayThread({ file, execArgv: [] }, {} as never, {
    writeError: () => undefined,
    isFull,
  });
  const shown: unknown[] = [];
  const show = (progress: object): unknown => shown.push(progress);
  const history = { files: [], gateways: [], timeZone: 'UTC' };
  const { signal } = new AbortController();

  const done = await relay.history.take([], history, show, signal);
  await relay.stop();

  expect(done).toEqual({ taken: 256, holds: [true, false] });
  expect(shown).toEqual([{ taken: 256 }]);
  await expect(relay.journal()).rejects.toThrow('ended');
});

it('lets all go on who wait at a gate, and shuts it again', async () => {
  const hold = new Hold();
  const passed: number[] = [];
  const pass = (one: number): Promise<unknown> => hold.over.then(() => passed.push(one));
  await pass(1);
  hold.set(true);
  hold.set(true);
  const waiting = [pass(2), pass(3)];
  await new Promise((resolve) => setImmediate(resolve));
  expect(passed).toEqual([1]);
  hold.set(false);
  await Promise.all(waiting);
  expect(passed).toEqual([1, 2, 3]);
});

it('does not wait for files to be read once the run is stopped', async () => {
  const stopping = new AbortController();
  const reads = new Promise<never>(() => undefined);
  const ended = importHistory(
    { files: ['year.detail'], gateways: [], timeZone: 'UTC' },
    {
      taker: { plan: () => reads, take: () => reads },
      progress: { show: () => undefined, end: () => undefined },
      write: () => undefined,
      writeLost: () => undefined,
      processed: () => reads,
      signal: stopping.signal,
    },
  );
  stopping.abort(new Error('stopped'));

  await expect(ended).rejects.toThrow('stopped');
});

it('gives the thread what loads TypeScript, and nothing of the heap', () => {
  const given = ['--max-semi-space-size=32', '--import', 'file:///a/loader.mjs', '--cpu-prof'];

  expect(loaderOf(given)).toEqual(['--import', 'file:///a/loader.mjs']);
  expect(loaderOf([])).toEqual([]);
});
