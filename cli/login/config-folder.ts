// The folder of a user's own files of Wherefrom: by the XDG Base Directory Specification, and the
// roaming application data on Windows. It is never the working directory, which may be shared.

import { isAbsolute, join } from 'node:path';

export type Surroundings = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** As `process.platform`. */
  readonly platform: string;
  /** The person's home directory. */
  readonly home: string;
};

/** The folder, which may not exist yet. A relative XDG_CONFIG_HOME is ignored, as specified. */
export function configFolder({ environment, platform, home }: Surroundings): string {
  const { APPDATA, XDG_CONFIG_HOME } = environment;
  if (platform === 'win32') return join(APPDATA || join(home, 'AppData', 'Roaming'), 'wherefrom');
  const base = XDG_CONFIG_HOME && isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : undefined;
  return join(base ?? join(home, '.config'), 'wherefrom');
}
