// The running relay's client of the control routes: fetches the settings, reports health, rotates
// its keys, and notices a revocation.
// Promise: nothing here touches a packet or a batch; whatever the cloud answers or does not answer,
// the last good settings stay in effect. One request at a time; the schedule is control-loop.ts.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { relayHealthProfile } from '../../wire/relay-control.ts';
import type { RelaySoftware } from '../../wire/relay-documents.ts';
import { type SealKey, sealKeyOf } from '../../wire/signature.ts';
import type { Enrolment } from '../config/enrolment.ts';
import type { DisconnectConfig } from '../disconnect/target.ts';
import { errorText } from '../errors.ts';
import { isWorthLogging, type Log } from '../log.ts';
import type { ControlState } from '../status/control-state.ts';
import type { RelayStatus } from '../status/relay-status.ts';
import { ConditionBook } from './conditions.ts';
import type { ControlAnswer, ControlClient, Timed } from './control-client.ts';
import { revokedText, troubleText } from './control-texts.ts';
import { makeHealthReport } from './health-report.ts';
import type { RotateResult } from './rotate.ts';
import { type CloudSettings, type MergedConfig, openSettings } from './settings.ts';

export type ControlDeps = {
  readonly enrolment: Enrolment;
  /** The last good copy, if there was one. */
  readonly kept: CloudSettings | undefined;
  readonly client: ControlClient;
  /** Keeps a good document on disk. */
  readonly keep: (text: string) => Promise<void>;
  /** Puts settings into effect between two packets. */
  readonly apply: (settings: CloudSettings) => void;
  /** What became of the settings when they were laid under the relay's own file. */
  readonly laid: () => Pick<MergedConfig, 'overrides' | 'leftOut'>;
  readonly rotate: (enrolment: Enrolment) => Promise<RotateResult>;
  /** Seals batches with the key of this enrolment from now on. */
  readonly adopt: (enrolment: Enrolment) => void;
  /** Sends no batch while the relay is revoked. */
  readonly hold: (isHeld: boolean) => void;
  readonly status: () => RelayStatus;
  /** What the relay's own file lets it ask gateways. */
  readonly disconnect?: () => DisconnectConfig | undefined;
  /** Told when the cloud says that an order waits. */
  readonly onOrderWaiting?: () => void;
  readonly software: RelaySoftware;
  readonly startedTime: UnixMs;
  readonly now: () => UnixMs;
  readonly log: Log;
};

type Answer = Timed<ControlAnswer>;

/** How we stand with the cloud. */
export type Standing = {
  /** Fetches that failed in a row. */
  readonly failures: number;
  readonly isRefused: boolean;
  readonly retryAfterMs: number;
};

const goodStanding: Standing = { failures: 0, isRefused: false, retryAfterMs: 0 };

export class Control {
  readonly #deps: ControlDeps;
  readonly #conditions = new ConditionBook();
  #enrolment: Enrolment;
  #key: SealKey;
  #settings: CloudSettings | undefined;
  #source: ControlState['settings']['source'];
  /** False: what is on disk is encrypted to a key before this one. */
  #isCurrent: boolean = false;
  #isRevoked: boolean = false;
  #standing = goodStanding;
  #reportsFailed = 0;
  #trouble: string | undefined;
  #settingsTrouble: string | undefined;
  #clockAheadMs: number | undefined;
  #lastContactTime: UnixMs | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: ControlDeps) {
    this.#deps = deps;
    this.#enrolment = deps.enrolment;
    this.#key = sealKeyOf(deps.enrolment.keys.signing);
    this.#settings = deps.kept;
    this.#source = deps.kept ? 'copy' : 'local';
  }

  get settings(): CloudSettings | undefined {
    return this.#settings;
  }

  get enrolment(): Enrolment {
    return this.#enrolment;
  }

  get isRevoked(): boolean {
    return this.#isRevoked;
  }

  /** How the last fetch ended. */
  get standing(): Standing {
    return this.#standing;
  }

  state(): ControlState {
    const version = this.#settings?.version;
    return {
      isRevoked: this.#isRevoked,
      keyId: this.#key.keyId,
      settings: {
        source: this.#source,
        ...(version !== undefined && { version }),
        isEnabled: this.#deps.status().isEnabled,
        ...this.#deps.laid(),
      },
      ...(this.#lastContactTime !== undefined && { lastContactTime: this.#lastContactTime }),
      ...(this.#clockAheadMs !== undefined && { clockAheadMs: this.#clockAheadMs }),
      ...((this.#trouble ?? this.#settingsTrouble) !== undefined && {
        trouble: this.#trouble ?? `the settings are not used: ${this.#settingsTrouble}`,
      }),
    };
  }

  /** Takes over keys that another process has enrolled, or that were rotated. */
  use(enrolment: Enrolment): void {
    const { keyId } = sealKeyOf(enrolment.keys.signing);
    if (keyId === this.#key.keyId) return;
    // Another name or another cloud is another relay: that takes a restart.
    const { relayId, url } = this.#enrolment;
    if (enrolment.relayId !== relayId || enrolment.url !== url) return;
    this.#enrolment = enrolment;
    this.#key = sealKeyOf(enrolment.keys.signing);
    this.#isCurrent = false;
    this.#isRevoked = false;
    this.#standing = goodStanding;
    this.#trouble = undefined;
    this.#deps.adopt(enrolment);
    this.#deps.log('info', 'keys-changed', 'this relay seals with new keys from now on');
  }

  /** Asks for the settings; resolves when the answer is in effect. Never rejects. */
  fetch(): Promise<void> {
    return this.#inTurn(async () => {
      const known = this.#isCurrent ? this.#settings?.version : undefined;
      const answer = await this.#deps.client.getConfig(this.#key, known);
      // How a request ends that stopping ended says nothing of the cloud.
      if (this.#deps.client.isClosed()) return;
      this.#note(answer);
      if (answer.kind === 'good') await this.#take(answer.text, answer.nonce);
    });
  }

  /** Looks at what is wrong; true when something began or is over. */
  look(): boolean {
    const { now, startedTime, status } = this.#deps;
    return this.#conditions.update(status(), {
      now: now(),
      startedTime,
      ...(this.#clockAheadMs !== undefined && { clockAheadMs: this.#clockAheadMs }),
      ...(this.#settingsTrouble !== undefined && { settingsTrouble: this.#settingsTrouble }),
    });
  }

  /** Sends the health report; resolves to the version of the settings there are. Never rejects. */
  report(): Promise<number | undefined> {
    return this.#inTurn(async () => {
      const { client, status, software, startedTime, now } = this.#deps;
      const { source, version, isEnabled, overrides } = this.state().settings;
      const report = makeHealthReport(status(), {
        software,
        settings: {
          source,
          isEnabled,
          overrides: [...overrides],
          ...(version !== undefined && { version }),
        },
        startedAt: startedTime,
        time: now(),
        conditions: this.#conditions.list(),
        disconnect: this.#deps.disconnect?.(),
      });
      const answer = await client.post(relayHealthProfile, '/v1/relay/health', this.#key, report);
      if (answer.kind === 'good') {
        if (answer.text.includes('"isOrderWaiting":true')) this.#deps.onOrderWaiting?.();
        return versionIn(answer.text);
      }
      this.#noteReport(answer);
      return undefined;
    });
  }

  /** Changes the keys; a failure leaves everything as it is. */
  rotate(): Promise<RotateResult> {
    const failed = (message: string): RotateResult => ({ ok: false, message });
    return this.#turnOf(async () => {
      const result = await this.#deps.rotate(this.#enrolment);
      if (result.ok) this.use(result.enrolment);
      return result;
    }).catch((error: unknown) => failed(errorText(error)));
  }

  /** What an answer says about our standing with the cloud. */
  #note(answer: Answer): void {
    if (answer.kind !== 'no-answer') this.#clockAheadMs = answer.clockAheadMs;
    if (answer.kind === 'good' || answer.kind === 'unchanged') {
      if (this.#standing.failures > 0) {
        this.#deps.log('info', 'control-again', 'the cloud answers for settings again');
      }
      this.#standing = goodStanding;
      this.#trouble = undefined;
      this.#isRevoked = false;
      this.#deps.hold(false);
      this.#lastContactTime = this.#deps.now();
      return;
    }
    const failures = this.#standing.failures + 1;
    this.#standing = {
      failures,
      isRefused: answer.kind === 'refused' && answer.status < 500 && answer.status !== 429,
      retryAfterMs: answer.retryAfterMs ?? 0,
    };
    const wasRevoked = this.#isRevoked;
    this.#isRevoked ||= answer.kind === 'refused' && answer.code === 'relay-revoked';
    this.#trouble = this.#isRevoked ? revokedText : troubleText(answer, this.#enrolment.url);
    const isNews = this.#isRevoked && !wasRevoked;
    if (isNews) this.#deps.hold(true);
    if (!isNews && !isWorthLogging(failures)) return;
    const event = this.#isRevoked ? 'relay-revoked' : 'control-failed';
    const level = this.#isRevoked ? 'error' : 'warn';
    this.#deps.log(level, event, this.#trouble, { times: failures });
  }

  /** A report that is refused loses nothing: the next one says the same. */
  #noteReport(answer: Answer): void {
    this.#reportsFailed += 1;
    if (answer.kind !== 'refused' || !isWorthLogging(this.#reportsFailed)) return;
    const said = `${answer.status} ${answer.code}${answer.detail ? ` (${answer.detail})` : ''}`;
    const message = `the cloud does not take the health report: ${said}`;
    this.#deps.log('warn', 'health-not-taken', message, { times: this.#reportsFailed });
  }

  async #take(text: string, nonce: string): Promise<void> {
    const { keep, apply, log } = this.#deps;
    const before = this.#settings?.version;
    const found = openSettings(text, this.#enrolment, {
      nonce,
      ...(before !== undefined && { versionMin: before }),
    });
    if ('refused' in found) {
      const isNews = this.#settingsTrouble !== found.refused;
      this.#settingsTrouble = found.refused;
      if (isNews) log('error', 'settings-refused', `the settings are not used: ${found.refused}`);
      return;
    }
    this.#settingsTrouble = undefined;
    const isChanged = found.version !== before;
    if (isChanged) apply(found);
    this.#settings = found;
    this.#source = 'cloud';
    await keep(text).then(
      () => {
        this.#isCurrent = true;
      },
      (error: unknown) => log('warn', 'settings-not-kept', errorText(error)),
    );
    const { leftOut } = this.#deps.laid();
    const level = leftOut.length > 0 ? 'warn' : 'info';
    const left = leftOut.map((one) => `; left out ${one}`).join('');
    if (isChanged) {
      const what = `settings of version ${found.version}: ${found.gateways.length} gateway(s)`;
      log(level, 'settings-taken', `${what}${left}`, { version: found.version });
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T | undefined> {
    return this.#turnOf(work).catch((error: unknown) => {
      this.#deps.log('error', 'control-fault', errorText(error));
      return undefined;
    });
  }

  #turnOf<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

function versionIn(text: string): number | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('settingsVersion' in value))
      return undefined;
    const { settingsVersion } = value;
    return typeof settingsVersion === 'number' ? settingsVersion : undefined;
  } catch {
    return undefined;
  }
}
