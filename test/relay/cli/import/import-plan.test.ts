// A file of history that cannot be read to its end is named, with the reason, before anything of
// any file is imported.

import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { planFiles, UnreadableFile } from '../../../../relay/cli/import/import-plan.ts';
import { HistoryGateways } from '../../../../relay/import/history-gateways.ts';
import { accountingPorts } from '../../../../relay/import/history-record.ts';
import { wallClockOf } from '../../../../relay/import/wall-clock.ts';
import { tempDir } from '../../../local/temp-dir.ts';
import { detailText, writtenSessions } from '../../../support/detail-text.ts';

const path = tempDir();
const history = {
  gateways: new HistoryGateways([], new Map()),
  ports: new Set(accountingPorts),
  isUnverifiedTaken: true,
  timeZone: 'UTC',
};

const packed = (): Buffer => gzipSync(detailText(writtenSessions(50, Date.now() - 86_400_000)));

it.each([
  ['absent', () => undefined, /^there is no such file$/],
  ['a directory', (at: string) => mkdirSync(at), /^it is a directory; name the files in it$/],
  [
    'cut',
    (at: string) => {
      writeFileSync(at, packed());
      truncateSync(at, 1_000);
    },
    /^the gzip archive ends too early$/,
  ],
  [
    'damaged',
    (at: string) => {
      const octets = packed();
      octets.fill(0xff, 200, 300);
      writeFileSync(at, octets);
    },
    /^the gzip archive is damaged$/,
  ],
])('names a file that is %s', async (name, prepare, why) => {
  const at = path(name);
  prepare(at);
  const given = { history, mapping: new Map(), meaning: '' };

  const refused: unknown = await planFiles([at], given, () => undefined).catch(
    (error: unknown) => error,
  );

  expect(refused).toBeInstanceOf(UnreadableFile);
  const { message } = refused as Error;
  expect(message.slice(0, at.length + 2)).toBe(`${at}: `);
  expect(message.slice(at.length + 2)).toMatch(why);
});

it('names the option of a time zone that there is not', () => {
  expect(() => wallClockOf('Mars/Base')).toThrow(/^--time-zone Mars\/Base: there is no such zone/);
});
