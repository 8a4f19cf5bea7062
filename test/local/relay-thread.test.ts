// What crosses to the thread of an import's relay and back: errors stay what they are, and its
// death is told. The whole of it runs in test/system/local/import.

import { HistoryError } from '../../local/import/history-taker.ts';
import { PortForbiddenError, PortInUseError } from '../../local/port-in-use.ts';
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
    return startRelayThread(program, config as never, { writeError: () => undefined });
  };

  await expect(start('throw new Error("out of order")')).rejects.toThrow('out of order');
  await expect(start('process.exit(3)')).rejects.toThrow('the thread of the relay has ended');
});

it('gives the thread what loads TypeScript, and nothing of the heap', () => {
  const given = ['--max-semi-space-size=32', '--import', 'file:///a/loader.mjs', '--cpu-prof'];

  expect(loaderOf(given)).toEqual(['--import', 'file:///a/loader.mjs']);
  expect(loaderOf([])).toEqual([]);
});
