// Every verb of the relay's command line, in the order in which an operator needs them.

import { captureVerb } from '../cli/capture/capture-verb.ts';
import { checkVerb } from '../cli/check-verb.ts';
import type { Verb } from '../cli/command-line.ts';
import { doctorVerb } from '../cli/doctor/doctor-verb.ts';
import { enrolVerb } from '../cli/enrol-verb.ts';
import { guideVerb } from '../cli/guide/guide-verb.ts';
import { importVerb } from '../cli/import/import-verb.ts';
import { journalVerb } from '../cli/journal-tools/journal-verb.ts';
import { keysVerb } from '../cli/keys-verb.ts';
import { reloadVerb } from '../cli/reload-verb.ts';
import { serviceVerb } from '../cli/service/service-verb.ts';
import { statusVerb } from '../cli/status-verb.ts';
import { supportVerb } from '../cli/support/support-verb.ts';
import { tryVerb } from '../cli/try/try-verb.ts';
import { runVerb } from './run-verb.ts';

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
