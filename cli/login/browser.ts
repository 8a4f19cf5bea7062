// Opens the user's browser where there is one. It never goes through a shell: the address is one
// argument. A failure is not reported as an error, because the address is printed as well.

import { spawn } from 'node:child_process';
import type { Surroundings } from './config-folder.ts';

/** Tries to open the address. @returns whether a program for it was started */
export function openBrowser(url: URL, { environment, platform }: Surroundings): boolean {
  const opener = openerOn(platform, environment);
  if (opener === undefined) return false;
  const [command, ...args] = opener;
  const child = spawn(command, [...args, url.href], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
  return true;
}

/** Over SSH and without a screen the browser is elsewhere: nothing is started. */
function openerOn(
  platform: string,
  environment: Surroundings['environment'],
): readonly [string, ...string[]] | undefined {
  if (isRemote(environment)) return undefined;
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  const { DISPLAY, WAYLAND_DISPLAY, BROWSER } = environment;
  return DISPLAY || WAYLAND_DISPLAY || BROWSER ? ['xdg-open'] : undefined;
}

/** Whether the person sits at another machine. */
export const isRemote = ({ SSH_CONNECTION }: Surroundings['environment']): boolean =>
  Boolean(SSH_CONNECTION);
