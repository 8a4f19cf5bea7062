// Whether a session without Stop and interims may be open still: as long as the settings say, for
// the judge as for the API.

import { chanceOpen, withOutlooks } from '../../../domain/session/outlook.ts';
import type { Session } from '../../../domain/session/session.ts';
import { sessionOf } from '../../../domain/session/session-of.ts';
import { sessionRules } from '../../../domain/session/session-rules.ts';
import { eventOf, hourMs, minuteMs, morning } from '../../support/events.ts';

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

it.each([
  ['none', [], 4],
  ['a short one of the evening before', [0.2], 4],
  ['a long one', [9], 9],
  ['a short and a long one', [0.2, 9], 4],
  ['short ones', [0.5, 1, 1.5], 1.5],
  ['long ones', [7, 8, 9], 8],
])('knows how long sessions last there by the middle one: %s', (_, lengths, usualHours) => {
  const earlier = lengths.map((hours, at) => {
    const begin = morning - (20 - at) * hourMs;
    const stop = { at: begin + hours * hourMs, kind: 'stop' as const, seconds: hours * 3600 };
    return sessionOf(eventOf(stop), `earlier-${at}`, undefined);
  });
  const [known] = withOutlooks([alone, ...earlier], () => undefined);

  expect((known?.outlook?.usualMs ?? 0) / hourMs).toBeCloseTo(usualHours, 1);
  const afterAWhile = known?.outlook && chanceOpen(known.outlook, morning + 80 * minuteMs);
  expect(afterAWhile).toBeGreaterThan(0.4);
});

it('rests on what began before the judged session, whatever came since', () => {
  const ended = (at: number, hours: number) =>
    sessionOf(
      eventOf({ at: at + hours * hourMs, kind: 'stop', seconds: hours * 3600 }),
      `${at}`,
      undefined,
    );
  const earlier = [ended(morning - 9 * hourMs, 7), ended(morning - 20 * hourMs, 8)];
  const judged = ended(morning + hourMs, 2);
  const later = [ended(morning + 2 * hourMs, 0.5), ended(morning + 4 * hourMs, 0.5)];
  const outlookAmong = (others: readonly Session[]) =>
    withOutlooks([alone, ...others], () => undefined, undefined, judged)[0]?.outlook;

  const then = outlookAmong(earlier);
  expect((then?.usualMs ?? 0) / hourMs).toBeCloseTo(7, 1);
  expect(outlookAmong([...later, judged, ...earlier])).toEqual(then);
});
