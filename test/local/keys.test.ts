import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataDir } from '../../local/data-dir.ts';
import { relayKeys, sharedSecret } from '../../local/keys.ts';

describe('the secrets of a data directory', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wherefrom-keys-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are made once, kept, and readable by their owner only', async () => {
    const dir = await openDataDir(folder);
    const secret = await sharedSecret(dir);
    const keys = await relayKeys(dir);

    expect(secret).toMatch(/^[a-z2-9]{24}$/);
    expect(await sharedSecret(dir)).toBe(secret);
    const again = await relayKeys(dir);
    for (const name of ['signing', 'agreement'] as const) {
      expect(again[name].equals(keys[name])).toBe(true);
    }
    for (const file of ['shared-secret', 'relay-keys.pem']) {
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    }
    await dir.release();
  });

  it('differ between data directories', async () => {
    const [a, b] = [await openDataDir(), await openDataDir()];

    expect(await sharedSecret(a)).not.toBe(await sharedSecret(b));
    await Promise.all([a.release(), b.release()]);
  });

  it('go with a temporary directory', async () => {
    const dir = await openDataDir();
    await sharedSecret(dir);
    await dir.release();

    expect(existsSync(dir.path)).toBe(false);
  });

  it('are refused to a second process, with the option to change', async () => {
    const dir = await openDataDir(folder);

    await expect(openDataDir(folder)).rejects.toThrow(/^--data .* is in use by process \d+$/);
    await dir.release();
  });
});
