// Wires the client of the control routes for a running relay, where it is enrolled.
// Promise: ends with everything it started; without an enrolment nothing is started.

import type { VerbIo } from '../cli/command-line.ts';
import { Control } from '../control/control.ts';
import { makeControlClient } from '../control/control-client.ts';
import { startControlLoop } from '../control/control-loop.ts';
import { type RotateResult, rotateKeys } from '../control/rotate.ts';
import type { RunningConfig } from '../control/running-config.ts';
import { keepSettings } from '../control/settings.ts';
import { softwareHere } from '../control/software.ts';
import type { Log } from '../log.ts';
import type { ControlState } from '../status/control-state.ts';
import type { Relay } from './relay.ts';
import { startDisconnect } from './start-disconnect.ts';

export type RunningControl = {
  state(): ControlState;
  /** The files were read again: there may be other keys. */
  reloaded(): void;
  rotate(): Promise<RotateResult>;
  stop(): Promise<void>;
};

/** Starts it; undefined when the relay is not enrolled. */
export function startControl(options: {
  readonly running: RunningConfig;
  readonly relay: Relay;
  readonly log: Log;
  readonly io: Pick<VerbIo, 'readFile' | 'version' | 'after'>;
  readonly startedTime: number;
  /** Milliseconds since 1970; absent: the clock of the system. */
  readonly now?: () => number;
}): RunningControl | undefined {
  const { running, relay, log, io, startedTime, now = Date.now } = options;
  const { cloud, dataDir } = running.config;
  if (!cloud?.enrolment) return undefined;
  const client = makeControlClient(cloud, { now });
  const { readFile, after } = io;
  if (running.keptTrouble !== undefined) {
    log('warn', 'settings-copy-unusable', `the copy of the settings: ${running.keptTrouble}`);
  }
  const control = new Control({
    client,
    log,
    now,
    startedTime,
    enrolment: cloud.enrolment,
    kept: running.kept,
    keep: (text) => keepSettings(dataDir, text),
    apply: (settings) => running.take(settings, relay),
    laid: () => running.laid,
    rotate: (enrolment) => rotateKeys({ enrolment, dataDir, client, readFile, now }),
    adopt: (enrolment) => running.adopt(enrolment, relay),
    hold: (isHeld) => relay.hold(isHeld),
    status: () => relay.status(),
    disconnect: () => running.config.disconnect,
    onOrderWaiting: relay.feed.orderWaiting,
    software: softwareHere(io.version, running.config.isFips === true),
  });
  const enrolment = () => control.enrolment;
  const disconnect = startDisconnect({ running, relay, client, enrolment, log, after });
  const loop = startControlLoop({ control, dataDir, readFile, log, now, random: Math.random });
  return {
    state: () => control.state(),
    reloaded() {
      if (running.enrolment) control.use(running.enrolment);
      loop.wake();
      disconnect.wake();
    },
    rotate: () => control.rotate(),
    async stop() {
      const ended = loop.stop();
      client.close();
      await Promise.all([ended, disconnect.stop()]);
    },
  };
}
