// `support`: one file that shows the state of this relay to whoever helps, without users' data.
// Promise: says what is inside before it writes; never sends anything; overwrites no file.

import { writeFileSync } from 'node:fs';
import { errorText } from '../../errors.ts';
import type { Verb } from '../command-line.ts';
import { lookAround } from '../doctor/surroundings.ts';
import { makeBundle } from './support-bundle.ts';

const failedExitCode = 1;

export const supportVerb: Verb = {
  summary: 'write a file for whoever helps you: no secrets, user names or client addresses',
  help: `  --out FILE      the new file (default: wherefrom-support-<time>.json)

It uses the network only as doctor does, and sends nothing. Addresses of gateways stay readable;
other addresses and names are hashes whose key is thrown away. Look at it before you send it.
Example: npm run relay -- support --out support.json
`,
  options: ['out'],
  async run({ config: file, out, json }, io) {
    const time = new Date().toISOString().replace(/[:.]/g, '-').slice(0, 19);
    const target = out ?? `wherefrom-support-${time}.json`;
    try {
      const sections = await makeBundle(await lookAround(file, io), io.version);
      const lines = sections.map(({ name, what }) => `  ${name.padEnd(14)}  ${what}`);
      if (!json) io.stdout(`${target} will hold:\n${lines.join('\n')}\n`);
      const bundle = Object.fromEntries(sections.map(({ name, value }) => [name, value]));
      writeFileSync(target, `${JSON.stringify(bundle, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
      const contents = sections.map(({ name, what }) => ({ name, what }));
      io.stdout(json ? `${JSON.stringify({ file: target, contents })}\n` : `written: ${target}\n`);
      return 0;
    } catch (error) {
      io.stderr(`${errorText(error)}\n`);
      return failedExitCode;
    }
  },
};
