// A local run on whatever port is found by the commands of the same user.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiUrlOf } from '../../cli/access-token.ts';
import { lastLocalRun, noteLocalRun } from '../../cli/local-run.ts';
import { tempDir } from '../local/temp-dir.ts';

const path = tempDir();
const surroundingsIn = (name: string, environment: Readonly<Record<string, string>> = {}) => ({
  environment: { XDG_CONFIG_HOME: path(name), ...environment },
  platform: 'linux',
  home: path(name),
});

it('is asked while it runs, and no longer', () => {
  const surroundings = surroundingsIn('running');

  const end = noteLocalRun(surroundings, 'http://127.0.0.1:4711');
  const asked = apiUrlOf(undefined, surroundings);
  end();

  expect(asked).toBe('http://127.0.0.1:4711');
  expect(apiUrlOf(undefined, surroundings)).toBe('http://127.0.0.1:8080');
});

it('gives way to --url and WHEREFROM_URL', () => {
  noteLocalRun(surroundingsIn('said'), 'http://127.0.0.1:4711');
  const surroundings = surroundingsIn('said', { WHEREFROM_URL: 'https://api.example' });

  expect(apiUrlOf(undefined, surroundings)).toBe('https://api.example');
  expect(apiUrlOf('http://127.0.0.1:1', surroundings)).toBe('http://127.0.0.1:1');
});

it('keeps the note of a run that came later', () => {
  const surroundings = surroundingsIn('two');
  const end = noteLocalRun(surroundings, 'http://127.0.0.1:1');
  noteLocalRun(surroundings, 'http://127.0.0.1:2');

  end();

  expect(lastLocalRun(surroundings)).toBe('http://127.0.0.1:2');
});

it.each(['https://evil.example', 'http://127.0.0.1:1@evil.example', '7', ''])(
  'does not believe a note of %j',
  (url) => {
    const surroundings = surroundingsIn('odd');
    mkdirSync(join(path('odd'), 'wherefrom'), { recursive: true });
    writeFileSync(join(path('odd'), 'wherefrom', 'local-run.json'), JSON.stringify({ url }));

    expect(lastLocalRun(surroundings)).toBeUndefined();
  },
);

it('costs nothing where the folder cannot be made', () => {
  writeFileSync(path('file'), '');

  expect(noteLocalRun(surroundingsIn('file'), 'http://127.0.0.1:1')).not.toThrow();
});
