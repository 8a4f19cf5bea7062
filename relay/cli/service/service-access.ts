// What keeps the installed service from its files: its user owns nothing (DynamicUser), so it reads
// what is open to all, and writes its state directory alone (ProtectSystem=strict).
// It looks at modes and the unit, and changes nothing.

import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { serviceName } from './systemd-unit.ts';

/** Where units are found, those of the administrator first. */
export const unitPlaces: readonly string[] = [
  '/etc/systemd/system',
  '/lib/systemd/system',
  '/usr/lib/systemd/system',
].map((folder) => `${folder}/${serviceName}.service`);

/** Made by systemd for the user of the unit (`StateDirectory=`). */
export const stateFolder = '/var/lib/wherefrom';

const readableByAll = 0o004;
const passableByAll = 0o001;

export type AccessFault = {
  readonly path: string;
  readonly message: string;
  readonly advice: string;
};

/**
 * @param unit text of the installed unit; undefined: none is installed
 * @param config path of the configuration as the unit names it
 */
export function serviceAccessFaults(
  unit: string | undefined,
  config: string,
  dataDir: string | undefined,
  modeOf: (path: string) => number | undefined = modeOnDisk,
): readonly AccessFault[] {
  if (!unit?.includes('DynamicUser=yes') || !unit.includes(`--config ${config}\n`)) return [];
  const faults: AccessFault[] = [];
  const who = 'the user of the service (DynamicUser) cannot';
  for (let folder = dirname(config); folder !== dirname(folder); folder = dirname(folder)) {
    if (((modeOf(folder) ?? passableByAll) & passableByAll) !== 0) continue;
    const message = `${who} look into ${folder}`;
    faults.push({ path: folder, message, advice: `chmod 755 ${folder}` });
  }
  if (((modeOf(config) ?? readableByAll) & readableByAll) === 0) {
    const message = `${who} read ${config}`;
    faults.push({ path: config, message, advice: `chmod 644 ${config}: it holds no secrets` });
  }
  if (dataDir !== undefined && !`${dataDir}/`.startsWith(`${stateFolder}/`)) {
    const message = `${who} write to ${dataDir}`;
    const advice = `set "dataDir": "${stateFolder}", and move what is there`;
    faults.push({ path: dataDir, message, advice });
  }
  return faults;
}

function modeOnDisk(path: string): number | undefined {
  try {
    return statSync(path).mode;
  } catch {
    return undefined;
  }
}
