// The schedule of requests to the control routes: settings about every 30 s, health every minute
// and at once when a condition begins or ends, keys every 90 days. Promise: an unreachable cloud is
// tried about once a minute, one that refuses down to every 5 min; a wake-up sends a request at
// once.

import { isRotationPending, readEnrolment } from '../config/enrolment.ts';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Control, Standing } from './control.ts';

export const controlTimes = {
  fetchMs: 30_000,
  /** While it does not answer, and while it refuses. */
  fetchMsMax: 60_000,
  refusedMsMax: 300_000,
  retryAfterMsMax: 3_600_000,
  lookMs: 10_000,
  reportMs: 60_000,
  rotateAfterMs: 90 * 24 * 3_600_000,
  rotateAgainMs: 24 * 3_600_000,
} as const;

export type ControlTimes = { readonly [Name in keyof typeof controlTimes]: number };

export type LoopDeps = {
  readonly control: Control;
  readonly dataDir: string;
  readonly readFile: (path: string) => { readonly octets: Buffer; readonly mode: number };
  readonly log: Log;
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly times?: Partial<ControlTimes>;
};

export type ControlLoop = {
  /** Asks for the settings now. */
  wake(): void;
  stop(): Promise<void>;
};

/** Starts with a fetch. */
export function startControlLoop(deps: LoopDeps): ControlLoop {
  const loop = new Loop(deps);
  const ended = loop.run();
  return {
    wake: () => loop.wake(),
    async stop() {
      loop.end();
      await ended;
    },
  };
}

/**
 * Until settings are asked for again, ms.
 * @param random in [0, 1)
 */
export function fetchPauseMs(
  { failures, isRefused, retryAfterMs }: Standing,
  random: number,
  { fetchMs, fetchMsMax, refusedMsMax, retryAfterMsMax }: ControlTimes = controlTimes,
): number {
  if (failures === 0) return fetchMs * (0.8 + 0.4 * random);
  const boundMax = isRefused ? refusedMsMax : fetchMsMax;
  const bound = Math.min(boundMax, fetchMs * 2 ** Math.min(20, failures - 1));
  return bound * (0.5 + 0.5 * random) + Math.min(retryAfterMsMax, retryAfterMs);
}

/** A clock that goes back by more was put right. */
const clockBackMs = 60_000;

class Loop {
  readonly #deps: LoopDeps;
  readonly #times: ControlTimes;
  #isStopping: boolean = false;
  /** Whoever woke us knows of something newer than what is being asked for just now. */
  #isWoken: boolean = false;
  #fetchTime = 0;
  #reportTime = 0;
  #rotateTime = 0;
  #lookTime = 0;
  #rouse: (() => void) | undefined;

  constructor(deps: LoopDeps) {
    this.#deps = deps;
    this.#times = { ...controlTimes, ...deps.times };
  }

  wake(): void {
    this.#isWoken = true;
    this.#fetchTime = 0;
    this.#rouse?.();
  }

  end(): void {
    this.#isStopping = true;
    this.#rouse?.();
  }

  async run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        await this.#once();
      } catch (error) {
        // A bug here must not end a relay that answers gateways.
        this.#deps.log('error', 'control-fault', errorText(error));
        this.#fetchTime = this.#deps.now() + this.#times.fetchMs;
      }
      const dueMs = Math.min(this.#times.lookMs, this.#fetchTime - this.#deps.now());
      if (!this.#isStopping) await this.#sleep(Math.max(0, dueMs));
    }
  }

  /** When the clock was put back, nothing may wait for a time that lies years ahead. */
  #noticeClock(): void {
    const now = this.#deps.now();
    if (now < this.#lookTime - clockBackMs) {
      this.#fetchTime = 0;
      this.#reportTime = 0;
      this.#rotateTime = 0;
    }
    this.#lookTime = now;
  }

  async #once(): Promise<void> {
    const { control, now, random } = this.#deps;
    this.#noticeClock();
    if (now() >= this.#fetchTime) {
      if (control.isRevoked) this.#lookForNewKeys();
      this.#isWoken = false;
      await control.fetch();
      this.#fetchTime = this.#isWoken
        ? 0
        : now() + fetchPauseMs(control.standing, random(), this.#times);
    }
    const isChanged = control.look();
    // A refused relay is not asked how it is.
    if (control.standing.failures > 0 || this.#isStopping) return;
    if (isChanged || now() >= this.#reportTime) {
      const version = await control.report();
      this.#reportTime = now() + this.#times.reportMs;
      if ((version ?? 0) > (control.settings?.version ?? 0)) this.#fetchTime = 0;
    }
    await this.#rotateInTime();
  }

  /** Someone may have enrolled this relay again without being able to tell it. */
  #lookForNewKeys(): void {
    const { control, dataDir, readFile } = this.#deps;
    try {
      const enrolment = readEnrolment(dataDir, readFile);
      if (typeof enrolment !== 'string') control.use(enrolment);
    } catch {
      // Not readable now: the next round looks again, and `check` says why.
    }
  }

  async #rotateInTime(): Promise<void> {
    const { control, dataDir, readFile, now } = this.#deps;
    // Keys made by a clock that was ahead would never grow old.
    const ageMs = now() - control.enrolment.keysSince;
    const isOld = ageMs > this.#times.rotateAfterMs || ageMs < -clockBackMs;
    // Keys that wait are a rotation that was cut short: the cloud may know them already.
    if (now() < this.#rotateTime || !(isOld || isRotationPending(dataDir, readFile))) return;
    this.#rotateTime = now() + this.#times.rotateAgainMs;
    await control.rotate();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
