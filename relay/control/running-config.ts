// The configuration of a running relay: its own file, and under it the settings of the cloud.
// Promise: an unusable file changes nothing; new gateways, secrets and keys are applied between two
// packets. What needs a restart is reported and left as it was.

import { KeyObject } from 'node:crypto';
import type { Enrolment } from '../config/enrolment.ts';
import { findingText } from '../config/findings.ts';
import { loadConfig } from '../config/load.ts';
import type { CloudConfig, RelayConfig } from '../config/relay-config.ts';
import type { SecretSources } from '../config/secrets.ts';
import type { Log } from '../log.ts';
import {
  type CloudSettings,
  type MergedConfig,
  readKeptSettings,
  withSettings,
} from './settings.ts';

/** Settings that sockets, journal and shipper are built with. */
const fixedSettings = [
  'listen',
  'radsec',
  'isFips',
  'cloud',
  'dataDir',
  'journalMaxMiB',
  'keepShippedHours',
  'flushAfterMs',
  'adminSocket',
  'metrics',
] as const;

/** What takes a changed configuration over between two packets. @throws what it refuses. */
type Reloadable = { reload(config: RelayConfig): void };

export type ReloadResult = {
  /** False: the file is not usable, and what was in effect stays. */
  readonly isGood: boolean;
  /** Keys whose changes wait for a restart. */
  readonly needRestart: readonly string[];
};

export class RunningConfig {
  readonly #file: string;
  readonly #io: SecretSources;
  /** What sockets, journal and shipper were built with. */
  readonly #started: RelayConfig;
  /** The settings that were kept from the last run, and why they are not used. */
  readonly kept: CloudSettings | undefined;
  readonly keptTrouble: string | undefined;
  #own: RelayConfig;
  #settings: CloudSettings | undefined;
  #merged: MergedConfig;

  constructor(file: string, own: RelayConfig, io: SecretSources) {
    this.#file = file;
    this.#io = io;
    this.#started = own;
    this.#own = own;
    const { dataDir, cloud } = own;
    const found = cloud?.enrolment && readKeptSettings(dataDir, cloud.enrolment, io.readFile);
    this.kept = found && 'refused' in found ? undefined : found;
    this.keptTrouble = found && 'refused' in found ? found.refused : undefined;
    this.#settings = this.kept;
    this.#merged = withSettings(own, this.#settings);
  }

  /** What is in effect. */
  get config(): RelayConfig {
    return this.#merged.config;
  }

  /** What became of the settings beside the file. */
  get laid(): Pick<MergedConfig, 'overrides' | 'leftOut'> {
    const { overrides, leftOut } = this.#merged;
    return { overrides, leftOut };
  }

  /** The enrolment of the file as read last. */
  get enrolment(): Enrolment | undefined {
    return this.#own.cloud?.enrolment;
  }

  /** Reads the file again. */
  reload(relay: Reloadable, log: Log): ReloadResult {
    const { config, findings } = loadConfig(this.#file, this.#io);
    for (const finding of findings) {
      const level = finding.severity === 'error' ? 'error' : 'warn';
      log(level, 'config-finding', findingText(finding));
    }
    if (!config) {
      log('error', 'reload-refused', 'the new configuration is not usable: the old one stays');
      return { isGood: false, needRestart: [] };
    }
    const changed = fixedSettings.filter((key) => !isSame(config[key], this.#started[key]));
    const own = changed.includes('cloud') ? withoutCloud(config, this.#own.cloud) : config;
    this.#lay(own, this.#settings, relay);
    const gateways = this.config.gateways.length;
    log('info', 'reloaded', `the configuration is in effect: ${gateways} gateway(s)`);
    if (changed.length > 0) {
      log('warn', 'restart-needed', `changes of ${changed.join(', ')} need a restart`);
    }
    return { isGood: true, needRestart: changed };
  }

  /** Lays other settings under the file. */
  take(settings: CloudSettings, relay: Reloadable): void {
    this.#lay(this.#own, settings, relay);
  }

  /** Seals with other keys of the same enrolment. */
  adopt(enrolment: Enrolment, relay: Reloadable): void {
    const { cloud } = this.#own;
    if (!cloud) return;
    const renewed = { ...cloud, privateKey: enrolment.keys.signing, enrolment };
    this.#lay({ ...this.#own, cloud: renewed }, this.#settings, relay);
  }

  /** What the relay does not take over leaves everything as it was. */
  #lay(own: RelayConfig, settings: CloudSettings | undefined, relay: Reloadable): void {
    const merged = withSettings(own, settings);
    relay.reload(merged.config);
    this.#own = own;
    this.#settings = settings;
    this.#merged = merged;
  }
}

function withoutCloud(config: RelayConfig, cloud: CloudConfig | undefined): RelayConfig {
  const { cloud: _other, ...rest } = config;
  return cloud ? { ...rest, cloud } : rest;
}

function isSame(left: unknown, right: unknown): boolean {
  return comparable(left) === comparable(right);
}

/** JSON without keys and what belongs to them: they change while the relay runs. */
function comparable(value: unknown): string {
  return JSON.stringify(value, (name, member: unknown) =>
    name === 'enrolment' || member instanceof KeyObject ? undefined : member,
  );
}
