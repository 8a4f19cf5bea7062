// Keeps the listener's certificates: reads them, checks once a minute whether their files have
// changed (renewal programs do not notify the relay), and holds on to the last good ones.
// Promise: an unusable certificate is reported once and leaves the one before in effect.

import { statSync } from 'node:fs';
import { type MaterialFiles, readMaterial } from '../config/certificates.ts';
import type { TlsMaterial } from '../config/radsec-material.ts';
import type { SecretSources } from '../config/secrets.ts';
import type { Log } from '../log.ts';

const everyMs = 60_000;

export type MaterialKeeperOptions = {
  readonly files: MaterialFiles;
  readonly isFips: boolean;
  readonly readFile: SecretSources['readFile'];
  readonly now: () => number;
  readonly log: Log;
  /** Other certificates are in effect. */
  readonly onChange: () => void;
  /** How often files are looked at. */
  readonly periodMs?: number;
};

export class MaterialKeeper {
  readonly #options: MaterialKeeperOptions;
  readonly #timer: NodeJS.Timeout;
  #material: TlsMaterial | undefined;
  #trouble: string | undefined;
  #seen: string;

  constructor(options: MaterialKeeperOptions) {
    this.#options = options;
    this.#seen = lookAt(options.files);
    this.#material = this.#read();
    this.#timer = setInterval(() => this.#look(), options.periodMs ?? everyMs);
    this.#timer.unref();
  }

  /** The last good ones. */
  get material(): TlsMaterial | undefined {
    return this.#material;
  }

  /** What is wrong with the files as they are now. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Reads the files again. */
  renew(): void {
    const material = this.#read();
    if (!material || JSON.stringify(material) === JSON.stringify(this.#material)) return;
    this.#material = material;
    this.#options.log('info', 'radsec-certificate', 'RadSec uses the changed certificates');
    this.#options.onChange();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const seen = lookAt(this.#options.files);
    if (seen === this.#seen) return;
    this.#seen = seen;
    this.renew();
  }

  #read(): TlsMaterial | undefined {
    const { files, isFips, now, log, readFile } = this.#options;
    const { material, findings } = readMaterial(files, readFile, { now: now(), isFips });
    const errors = findings.filter(({ severity }) => severity === 'error');
    const text = errors.map(({ key, message }) => `radsec.${key}: ${message}`).join('; ');
    if (text !== '' && text !== this.#trouble) {
      log('error', 'radsec-certificate-refused', `${text}; the certificates before stay in use`);
    }
    this.#trouble = text === '' ? undefined : text;
    return material;
  }
}

/** Times and sizes of the files, as text to compare. */
function lookAt({ certificateFile, keyFile, caFile, crlFile }: MaterialFiles): string {
  const paths = [certificateFile, keyFile, caFile, ...(crlFile === undefined ? [] : [crlFile])];
  return paths
    .map((path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats ? `${stats.mtimeMs} ${stats.size} ${stats.ino}` : 'absent';
    })
    .join('\n');
}
