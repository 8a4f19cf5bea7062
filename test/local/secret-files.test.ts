// The secret store of the local run: files that only their owner reads.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeSecretFiles } from '../../local/secret-files.ts';
import { tempDir } from './temp-dir.ts';

const inTemp = tempDir();
const hourMs = 3_600_000;
let count = 0;

/** A folder that does not exist yet. */
function folder(): string {
  count += 1;
  return inTemp(`secrets-${count}`);
}

describe('secrets of the local run', () => {
  it('are given back by the version they were put under, also by the next process', async () => {
    const place = folder();
    const first = await makeSecretFiles(place, () => 1).put('cloud-key', 'one');
    const second = await makeSecretFiles(place, () => 2).put('cloud-key', 'two');

    const store = makeSecretFiles(place, () => 3);
    expect(await store.get('cloud-key', first)).toBe('one');
    expect(await store.get('cloud-key', second)).toBe('two');
    expect(await store.get('gateway-secrets', first)).toBeUndefined();
  });

  it('are files that nobody else may read, in a folder that nobody else may enter', async () => {
    const place = folder();
    await makeSecretFiles(place, () => 1).put('gateway-secrets', 'secret');

    const [name = ''] = readdirSync(place);
    expect(statSync(join(place, name)).mode & 0o777).toBe(0o600);
    expect(statSync(place).mode & 0o777).toBe(0o700);
  });

  it('keep the newest versions and remove the oldest', async () => {
    const place = folder();
    let time = 0;
    const store = makeSecretFiles(place, () => time);
    const versions = [];
    for (time = 1; time <= 10; time += 1) versions.push(await store.put('cloud-key', `${time}`));

    // Whoever wrote one of them may be about to name it.
    expect(readdirSync(place)).toHaveLength(10);
    time = hourMs + 10;
    versions.push(await store.put('cloud-key', 'last'));
    expect(await store.get('cloud-key', versions[10] ?? '')).toBe('last');
    expect(await store.get('cloud-key', versions[0] ?? '')).toBeUndefined();
    expect(readdirSync(place)).toHaveLength(8);
  });

  it('keep the version in use, however many are put after it and however old it is', async () => {
    let time = 0;
    const store = makeSecretFiles(folder(), () => time);
    const first = await store.put('gateway-secrets', 'in use');
    await store.use('gateway-secrets', first);
    for (let i = 1; i <= 40; i += 1) {
      time = i * hourMs;
      await store.put('gateway-secrets', `nobody named ${i}`);
    }

    expect(await store.get('gateway-secrets', first)).toBe('in use');
  });

  it('take no version into use that is not there', async () => {
    const store = makeSecretFiles(folder(), () => 1);

    await expect(store.use('cloud-key', '000000000000001-none')).rejects.toThrow('SECRET_GONE');
  });
});
