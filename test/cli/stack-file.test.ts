import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readStackFile } from '../../cli/stack-file.ts';
import { readStackOptions } from '../../lib/stack-options.ts';
import { tempDir } from '../local/temp-dir.ts';

const path = tempDir();
let folders = 0;

function folderWith(text?: string): string {
  folders += 1;
  const folder = path(`repository-${folders}`);
  mkdirSync(folder);
  if (text !== undefined) writeFileSync(join(folder, 'wherefrom.json'), text);
  return folder;
}

const optionsOf = (folder: string) => {
  const file = readStackFile(folder);
  return readStackOptions((name) => file[name], Object.keys(file));
};

it('is optional', () => {
  expect(optionsOf(folderWith())).toMatchObject({ isEphemeral: false, sessionDays: 180 });
});

it('holds the same flags as the command line, as JSON means them', () => {
  const text = JSON.stringify({
    ephemeral: true,
    sessionDays: 90,
    authorities: ['a.example', 'b.example'],
  });

  expect(optionsOf(folderWith(text))).toMatchObject({
    isEphemeral: true,
    sessionDays: 90,
    extraAuthorities: ['a.example', 'b.example'],
  });
});

it('is refused with every mistake at once, also names that do not exist', () => {
  const text = JSON.stringify({ ephemeral: 'yes', sessionDays: 1, alarmMail: 'x@example.com' });

  expect(() => optionsOf(folderWith(text))).toThrow(/ephemeral[\s\S]*sessionDays[\s\S]*alarmMail/);
});

it.each([
  ['text that is no JSON', '{ephemeral}', /wherefrom\.json/],
  ['a list', '[]', /one JSON object/],
  ['nothing', 'null', /one JSON object/],
])('is refused as %s', (_, text, message) => {
  expect(() => readStackFile(folderWith(text))).toThrow(message);
});
