// What a rebuild says, and the steps that put tables aside.

import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataDirError } from '../../local/data-dir.ts';
import { damageText, endRebuild, prepareRebuild, rebuiltText } from '../../local/rebuild.ts';
import { tempDir } from './temp-dir.ts';

const path = tempDir();

it('names the first position that a journal lacks, and none when it is whole', () => {
  expect(rebuiltText(1, 12_000)).toMatch(/made again from 12,000 records of the journal/);
  expect(rebuiltText(1, 12_000)).not.toMatch(/lacks/);
  expect(rebuiltText(501, 700)).toMatch(/from 200 records/);
  expect(rebuiltText(501, 700)).toMatch(/begins at position 501: position 1 is the first/);
  expect(rebuiltText(1, 0)).toMatch(/from 0 records/);
});

it('says which log is damaged and where', () => {
  const first = { name: '000005.log', offset: 32_775 };

  expect(damageText([first])).toMatch(
    /^the tables' log 000005\.log is damaged from octet 32775 on:/,
  );
  expect(damageText([first, first])).toMatch(/, and 1 more: rows/);
});

it('puts the tables aside, and what would keep the journal from being shipped', () => {
  const dir = path('data');
  mkdirSync(join(dir, 'relay', 'journal'), { recursive: true });
  mkdirSync(join(dir, 'cloud', 'dynamodb'), { recursive: true });
  writeFileSync(join(dir, 'relay', 'journal', 'cursor'), 'x');
  writeFileSync(join(dir, 'cloud', 'queue.log'), 'x');
  writeFileSync(join(dir, 'cloud', 'kept.json'), '{}');

  prepareRebuild(dir);
  expect(readdirSync(join(dir, 'relay', 'journal'))).toEqual([]);
  expect(readdirSync(join(dir, 'cloud')).sort()).toEqual(['dynamodb.before', 'kept.json']);

  // A death in between: the same again.
  mkdirSync(join(dir, 'cloud', 'dynamodb'));
  prepareRebuild(dir);
  endRebuild(dir);
  expect(readdirSync(join(dir, 'cloud'))).toEqual(['kept.json']);
});

it('refuses a directory without a journal and changes nothing in it', () => {
  const dir = path('other');
  mkdirSync(join(dir, 'cloud', 'dynamodb'), { recursive: true });

  expect(() => prepareRebuild(dir)).toThrow(DataDirError);
  expect(existsSync(join(dir, 'cloud', 'dynamodb'))).toBe(true);
});
