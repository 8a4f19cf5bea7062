// The configuration that a relay started now would use: its file, and under it the settings of the
// cloud as last stored. It is for verbs that inspect, not for the relay itself.

import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { RunningConfig } from '../control/running-config.ts';
import type { VerbIo } from './command-line.ts';

/** The same findings as loadConfig: what the cloud said cannot be a mistake of the file. */
export function loadEffectiveConfig(
  file: string,
  io: Pick<VerbIo, 'readFile' | 'env'>,
): LoadedConfig {
  const { config, findings } = loadConfig(file, io);
  if (!config) return { findings };
  return { config: new RunningConfig(file, config, io).config, findings };
}
