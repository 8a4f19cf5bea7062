// Whether a session without Stop and interims may be open still: as long as the settings say, for
// the judge as for the API.

import { chanceOpen, withOutlooks } from '../../../domain/session/outlook.ts';
import { sessionOf } from '../../../domain/session/session-of.ts';
import { sessionRules } from '../../../domain/session/session-rules.ts';
import { eventOf, hourMs, morning } from '../../support/events.ts';

const alone = sessionOf(eventOf({ at: morning }), 'one', undefined);

it.each([
  [undefined, 24],
  [10, 10],
  [48, 48],
])('may be open as long as the settings say: %p, %d h', (configured, hours) => {
  const rules = sessionRules(
    configured === undefined ? {} : { sessions: { maxHoursWithoutInterims: configured } },
  );
  const [known] = withOutlooks([alone], () => undefined, rules);
  const chanceAt = (after: number) => known?.outlook && chanceOpen(known.outlook, morning + after);

  expect(chanceAt(hours * hourMs)).toBeGreaterThan(0);
  expect(chanceAt(hours * hourMs + 1)).toBe(0);
});
