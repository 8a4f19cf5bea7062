// `reload`: checks the configuration, then has the running relay apply it and fetch settings from
// the cloud. Promise: an unusable configuration is not applied.

import { loadConfig } from '../config/load.ts';
import { errorText } from '../errors.ts';
import { askToReload } from './ask-to-reload.ts';
import { findingLines } from './check-verb.ts';
import { configExitCode, type Verb, type VerbIo, type VerbOptions } from './command-line.ts';

const notRunningExitCode = 3;

export const reloadVerb: Verb = {
  summary: 'check the configuration and have the running relay take it over',
  help: `
The configuration before stays in effect when the new one is not usable. SIGHUP does the same.
Example: npm run relay -- reload --config /etc/wherefrom/relay.json
`,
  async run(options, io) {
    const { config, findings } = loadConfig(options.config, io);
    io.stderr(findingLines(findings));
    if (!config) return configExitCode;
    const { adminSocket } = config;
    if (adminSocket === undefined) return end(1, 'no admin socket is configured', options, io);
    try {
      const result = await askToReload(adminSocket);
      if (result === 'not-running') {
        return end(notRunningExitCode, `no relay is running (${adminSocket})`, options, io);
      }
      const { isGood, needRestart } = result;
      if (!isGood) return end(1, 'the relay did not take it over: see its log', options, io);
      const waits = needRestart.length > 0 ? `; ${needRestart.join(', ')}: after a restart` : '';
      return end(0, `the configuration is in effect${waits}`, options, io);
    } catch (error) {
      return end(1, errorText(error), options, io);
    }
  },
};

function end(code: number, message: string, { json }: VerbOptions, io: VerbIo): number {
  if (json) io.stdout(`${JSON.stringify({ ok: code === 0, message })}\n`);
  else if (code === 0) io.stdout(`${message}\n`);
  else io.stderr(`${message}\n`);
  return code;
}
