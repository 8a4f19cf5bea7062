// Where the last `npm start` answers, noted in the user's own folder, so that commands find a run
// whose port was chosen. Nothing secret is in it; only an address of this machine is believed.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configFolder, type Surroundings } from './login/config-folder.ts';

const fileName = 'local-run.json';
const loopbackUrl = /^http:\/\/127\.0\.0\.1:\d{1,5}$/;
const privateDirMode = 0o700;
const privateFileMode = 0o600;

const pathIn = (surroundings: Surroundings): string => join(configFolder(surroundings), fileName);

/**
 * Notes a run. A folder that cannot be written costs comfort, nothing else.
 * @param url such as `http://127.0.0.1:8080`
 * @returns what takes the note back, unless another run has noted itself since
 */
export function noteLocalRun(surroundings: Surroundings, url: string): () => void {
  const path = pathIn(surroundings);
  try {
    mkdirSync(configFolder(surroundings), { recursive: true, mode: privateDirMode });
    writeFileSync(path, `${JSON.stringify({ url })}\n`, { mode: privateFileMode });
  } catch {
    return () => undefined;
  }
  return () => {
    if (lastLocalRun(surroundings) === url) rmSync(path, { force: true });
  };
}

/** The URL of the last run that has not ended in order; undefined when there is none. */
export function lastLocalRun(surroundings: Surroundings): string | undefined {
  try {
    const { url } = JSON.parse(readFileSync(pathIn(surroundings), 'utf8')) as { url?: unknown };
    return typeof url === 'string' && loopbackUrl.test(url) ? url : undefined;
  } catch {
    return undefined;
  }
}
