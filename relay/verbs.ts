// Every verb of the relay's command line, in the order in which one needs them.

import { captureVerb } from './capture/capture-verb.ts';
import { checkVerb } from './check-verb.ts';
import type { Verb } from './command-line.ts';
import { enrolVerb } from './control/enrol-verb.ts';
import { keysVerb } from './control/keys-verb.ts';
import { doctorVerb } from './doctor/doctor-verb.ts';
import { guideVerb } from './guide/guide-verb.ts';
import { importVerb } from './import/import-verb.ts';
import { journalVerb } from './journal-tools/journal-verb.ts';
import { reloadVerb } from './reload-verb.ts';
import { runVerb } from './run-verb.ts';
import { serviceVerb } from './service/service-verb.ts';
import { statusVerb } from './status/status-verb.ts';
import { supportVerb } from './support/support-verb.ts';
import { tryVerb } from './try/try-verb.ts';

export const relayVerbs: ReadonlyMap<string, Verb> = new Map([
  ['check', checkVerb],
  ['enrol', enrolVerb],
  ['run', runVerb],
  ['reload', reloadVerb],
  ['status', statusVerb],
  ['doctor', doctorVerb],
  ['try', tryVerb],
  ['capture', captureVerb],
  ['guide', guideVerb],
  ['journal', journalVerb],
  ['service', serviceVerb],
  ['support', supportVerb],
  ['import', importVerb],
  ['keys', keysVerb],
]);
