// What contrib/ does with detections and sessions, on events that the product makes: the Sigma
// rules match those they are written for and no other, the EventBridge patterns let through what
// they say, and the messages to Slack and Teams stay whole whatever stands in a name.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse, parseDocument } from 'yaml';
import type { Detection } from '../../domain/detection.ts';
import { sessionOf } from '../../domain/session/session-of.ts';
import { detectionFinding } from '../../lambdas/siem/ocsf-finding.ts';
import { tunnelActivities } from '../../lambdas/siem/ocsf-tunnel.ts';
import type { Trigger } from '../../lambdas/siem/parts.ts';
import { detailTypes, detectionSource } from '../../lambdas/siem/publish.ts';
import { anyDetection } from '../support/any-detection.ts';
import { lyon } from '../support/detections.ts';
import { eventOf } from '../support/events.ts';

const contrib = join(import.meta.dirname, '../../contrib');
const time = Date.parse('2026-11-23T09:00:00Z');
const findingOf = (detection: Detection, trigger: Trigger = 'new') =>
  detectionFinding(detection, { trigger, time });

/** Every value at a dotted path; lists are gone through, as backends of Sigma and OCSF do. */
function valuesAt(event: unknown, path: readonly string[]): readonly unknown[] {
  if (Array.isArray(event)) return event.flatMap((one) => valuesAt(one, path));
  const [name, ...rest] = path;
  if (name === undefined) return [event];
  if (typeof event !== 'object' || event === null || !(name in event)) return [];
  return valuesAt((event as Readonly<Record<string, unknown>>)[name], rest);
}

describe('the Sigma rules', () => {
  type Rule = {
    readonly id: string;
    readonly tags: readonly string[];
    readonly detection: {
      readonly selection: Readonly<Record<string, unknown>>;
      readonly condition: string;
    };
  };
  const names = readdirSync(join(contrib, 'sigma'));
  const ruleOf = (name: string): Rule =>
    parse(readFileSync(join(contrib, 'sigma', `wherefrom-${name}.yml`), 'utf8'));
  /** One selection whose fields must all be equal: all that the rules use. */
  const matches = ({ detection }: Rule, event: unknown): boolean =>
    detection.condition === 'selection' &&
    Object.entries(detection.selection).every(([field, wanted]) =>
      valuesAt(event, field.split('.')).includes(wanted),
    );

  const proxy = { id: 'T1090', name: 'Proxy', tactics: ['TA0011'] };
  const throughProxy = findingOf({ ...lyon, techniques: [...lyon.techniques, proxy] });
  const coordinated = findingOf({ ...lyon, kind: 'connection-burst', users: ['a', 'b', 'c'] });
  const plain = findingOf(lyon);
  const sessionOfUser = (userKey: string, endedAt?: number) =>
    tunnelActivities(userKey, sessionOf(eventOf({}), 'identity1234', undefined), endedAt);

  it('are three, each with an id of its own', () => {
    const ids = names.map((name) => parse(readFileSync(join(contrib, 'sigma', name), 'utf8')).id);

    expect(names).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
  });

  it('know a detection that came through an anonymising network', () => {
    const rule = ruleOf('anonymising-network');

    expect(matches(rule, throughProxy)).toBe(true);
    expect([plain, coordinated].map((event) => matches(rule, event))).toEqual([false, false]);
    expect(rule.tags).toContain('attack.t1090');
  });

  it('know coordinated access of several users', () => {
    const rule = ruleOf('coordinated-access');

    expect(matches(rule, coordinated)).toBe(true);
    expect([plain, throughProxy].map((event) => matches(rule, event))).toEqual([false, false]);
  });

  it('know a machine account by the Open of its session, and only once', () => {
    const rule = ruleOf('machine-account');
    const events = [
      ...sessionOfUser('host/pc17.contoso.com', time),
      ...sessionOfUser('alice@contoso.com', time),
    ];

    expect(events.map((event) => matches(rule, event))).toEqual([true, false, false, false]);
    expect(matches(rule, throughProxy)).toBe(false);
  });
});

type Target = {
  readonly InputTransformer: {
    readonly InputPathsMap: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
};
type EventRule = {
  readonly EventPattern: Pattern;
  readonly Targets: readonly Target[];
};
type Pattern = { readonly [field: string]: readonly unknown[] | Pattern };

/** The rule of a CloudFormation template; its functions (`!Ref`) read as text. */
function ruleIn(name: string): EventRule {
  const text = readFileSync(join(contrib, 'eventbridge', `${name}.yaml`), 'utf8');
  const customTags = ['!Ref', '!GetAtt', '!Sub'].map((tag) => ({
    tag,
    resolve: (value: string) => value,
  }));
  return parseDocument(text, { customTags }).toJS().Resources.Detections.Properties;
}

/** As EventBridge matches: each field has one of the values, or passes `numeric` (user guide). */
function passes(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const [value] = valuesAt(event, [field]);
    if (!Array.isArray(wanted)) return passes(wanted as Pattern, value);
    return wanted.some((one) => {
      if (typeof one !== 'object') return one === value;
      const [operator, bound] = one.numeric;
      if (operator !== '>=') throw new Error(`this test does not know ${operator}`);
      return typeof value === 'number' && value >= bound;
    });
  });
}

/** As EventBridge transforms: a variable that is a whole value is put in as JSON. */
function transform({ InputTransformer }: Target, event: unknown): string {
  const { InputPathsMap, InputTemplate } = InputTransformer;
  const isWholeValue = /^[^"]*(?:"(?:[^"\\]|\\.)*"[^"]*)*$/;
  return InputTemplate.replaceAll(/<(\w+)>/g, (_, name: string, at: number) => {
    // Inside a string EventBridge escapes nothing: a quote in a name would end it.
    if (!isWholeValue.test(InputTemplate.slice(0, at))) throw new Error(`<${name}> is in quotes`);
    const path = InputPathsMap[name]?.replace(/^\$\./, '').split('.');
    const [value] = path === undefined ? [] : valuesAt(event, path);
    if (value === undefined) throw new Error(`${name}: nothing there, the message would be broken`);
    return JSON.stringify(value);
  });
}

const envelopeOf = (detection: Detection, trigger: Trigger) => ({
  source: detectionSource,
  'detail-type': detailTypes[trigger],
  detail: findingOf(detection, trigger),
});

/** Every text of a message, with the type of the object that holds it. */
function textsOf(message: unknown): readonly { readonly type: unknown; readonly text: string }[] {
  if (typeof message !== 'object' || message === null) return [];
  const { type, text } = message as { type?: unknown; text?: unknown };
  const own = typeof text === 'string' ? [{ type, text }] : [];
  return [...own, ...Object.values(message).flatMap((part) => textsOf(part))];
}

describe.each([
  { name: 'slack', plainTypes: ['plain_text'] },
  { name: 'teams', plainTypes: ['TextRun'] },
])('detections to $name', ({ name, plainTypes }) => {
  const rule = ruleIn(name);
  const [target] = rule.Targets;
  if (target === undefined) throw new Error(`${name} has no target`);

  it('are the new and risen ones from medium severity on', () => {
    const sent = (['low', 'medium', 'high'] as const).flatMap((severity) =>
      (['new', 'update', 'close'] as const)
        .filter((trigger) => passes(rule.EventPattern, envelopeOf({ ...lyon, severity }, trigger)))
        .map((trigger) => `${severity} ${trigger}`),
    );

    expect(sent).toEqual(['medium new', 'medium update', 'high new', 'high update']);
  });

  it('are none of anybody else', () => {
    const foreign = { ...envelopeOf(lyon, 'new'), source: 'somebody.else' };

    expect(passes(rule.EventPattern, foreign)).toBe(false);
  });

  it('say who, from where, why, how severe and which', () => {
    const texts = textsOf(JSON.parse(transform(target, envelopeOf(lyon, 'new'))));

    expect(texts.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'Suspicious VPN connection',
        'alice@contoso.com connected to the VPN from Lyon, FR. New city Lyon, FR.',
        'New city Lyon, FR. Same country as before.',
        'Medium',
        lyon.id,
      ]),
    );
  });

  it('stay one message of plain text, whatever stands in a name', () => {
    const fixed = textsOf(JSON.parse(transform(target, envelopeOf(lyon, 'new')))).length;

    fc.assert(
      fc.property(anyDetection, (detection) => {
        const event = envelopeOf(detection, 'new');
        const texts = textsOf(JSON.parse(transform(target, event)));
        const variable = texts.filter(({ text }) => text.includes(detection.userKey));

        expect(texts).toHaveLength(fixed);
        expect(texts.map(({ text }) => text)).toContain(event.detail['message']);
        if (detection.userKey.length > 20) {
          expect(variable.every(({ type }) => plainTypes.includes(String(type)))).toBe(true);
        }
      }),
    );
  });
});
