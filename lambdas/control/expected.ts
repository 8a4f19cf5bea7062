// `/v1/users/{user}/expected`: dated trips and standing exceptions of a user. People state what the
// user will show, until when and why; the judge takes it into account (terms/expected.ts).
// Promise: it quiets what it names, from its first moment to its last, and nothing else; who stated
// it and why is kept with it, and in the audit. A repeat after a failure is harmless: the list is
// written first, and the profile takes all of it.

import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { UnixMs } from '../../domain/accounting-event.ts';
import { canonicalAddress } from '../../domain/address.ts';
import { expectedMarksMax } from '../../domain/limits.ts';
import type { UserStore } from '../../domain/process/ports.ts';
import {
  type Expectation,
  keptExpectations,
  standingExpectations,
  withExpectations,
} from '../../domain/profile/expected.ts';
import type { ExpectedMark } from '../../domain/profile/learned.ts';
import { prefixLabel, prefixOf } from '../../domain/session/observation.ts';
import { timeText } from '../query/views.ts';
import type { AuditBook, AuditEntry } from '../shared/audit.ts';
import { problem } from '../shared/problem.ts';
import { changeProfile } from './change-profile.ts';
import { type Answer, type ControlRequest, jsonAnswer, malformed } from './request.ts';

/** What is expected of users, one list each. */
export type ExpectedBook = {
  list(userKey: string): Promise<readonly Expectation[]>;
  /**
   * Changes a list with a version check; returning the list that was given writes nothing.
   * @returns the list as it is now
   */
  change(
    userKey: string,
    change: (before: readonly Expectation[]) => readonly Expectation[],
  ): Promise<readonly Expectation[]>;
};

export type ExpectedDeps = {
  readonly expected: ExpectedBook;
  readonly users: Pick<UserStore, 'load' | 'putProfile'>;
  readonly audit: Pick<AuditBook, 'begin'>;
};

const dayMs = 86_400_000;
/** A standing exception is looked at again once a year. */
const expectedDaysMax = 366;
const reasonCharactersMax = 500;

const reasonShape = `expects why, in 3 to ${reasonCharactersMax} characters`;
const timeShape = 'expects a time such as 2026-12-12T22:00:00Z';
const time = v.pipe(v.string(timeShape), v.isoTimestamp(timeShape));
const value = (shape: string, form: RegExp) => v.pipe(v.string(shape), v.regex(form, shape));
const common = {
  from: v.optional(time),
  until: time,
  reason: v.pipe(
    v.string(reasonShape),
    v.trim(),
    v.minLength(3, reasonShape),
    v.maxLength(reasonCharactersMax, reasonShape),
  ),
};
const kindShape = 'expects country, place, network, address or device';
const schema = v.variant(
  'kind',
  [
    v.strictObject({
      kind: v.literal('country'),
      value: value('expects two capital letters (ISO 3166-1)', /^[A-Z]{2}$/),
      ...common,
    }),
    v.strictObject({
      kind: v.literal('place'),
      value: value('expects the key of a place, as locations show it', /^.{1,300}$/su),
      ...common,
    }),
    v.strictObject({
      kind: v.literal('network'),
      value: value('expects an AS number such as AS3320', /^(AS)?[1-9]\d{0,9}$/i),
      ...common,
    }),
    v.strictObject({
      kind: v.literal('address'),
      value: v.pipe(
        v.string(),
        v.check((text) => canonicalAddress(text) !== undefined, 'expects an IP address'),
      ),
      ...common,
    }),
    v.strictObject({
      kind: v.literal('device'),
      value: value('expects the key of a device, as lists show it', /^.{1,600}$/su),
      ...common,
    }),
  ],
  kindShape,
);
type Stated = v.InferOutput<typeof schema>;

/** `GET /v1/users/{user}/expected`: what is expected, was lately, and will be. */
export async function listExpected(
  { expected }: ExpectedDeps,
  { params, now }: ControlRequest,
): Promise<Answer> {
  return jsonAnswer(200, listView(await expected.list(params['user'] ?? ''), now));
}

/** `POST /v1/users/{user}/expected`: states a trip or an exception. */
export async function addExpected(deps: ExpectedDeps, request: ControlRequest): Promise<Answer> {
  const { params, json, now, actor } = request;
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) return malformed(parsed.issues);
  const stated = { ...markOf(parsed.output, now), reason: parsed.output.reason };
  const fault = faultOf(stated, now);
  if (fault) return problem('malformed', { detail: fault });
  const userKey = params['user'] ?? '';
  if (!(await deps.users.load(userKey, now)).profile) return noUser();
  const expectation: Expectation = { id: newId(now), ...stated, by: actor, at: now };
  return audited(
    deps,
    { actor, action: 'expected-added', subject: expectation.id, userKey },
    async () => {
      let isFull = false;
      const list = await deps.expected.change(userKey, (before) => {
        isFull = standingExpectations(before, now).length >= expectedMarksMax;
        return isFull ? before : [...keptExpectations(before, now), expectation];
      });
      if (isFull) {
        const detail = `at most ${expectedMarksMax} things may be expected of a user at one time`;
        return problem('too-many', { detail });
      }
      await tellProfile(deps, userKey, list, now);
      return jsonAnswer(201, expectationView(expectation, now));
    },
  );
}

/** `DELETE /v1/users/{user}/expected/{id}`: it is expected no longer. */
export async function removeExpected(
  deps: ExpectedDeps,
  { params, now, actor }: ControlRequest,
): Promise<Answer> {
  const userKey = params['user'] ?? '';
  const id = params['id'] ?? '';
  const found = (await deps.expected.list(userKey)).some((one) => one.id === id);
  if (!found) return problem('not-found', { detail: 'nothing of this id is expected of the user' });
  return audited(deps, { actor, action: 'expected-removed', subject: id, userKey }, async () => {
    const list = await deps.expected.change(userKey, (before) =>
      keptExpectations(before, now).filter((one) => one.id !== id),
    );
    await tellProfile(deps, userKey, list, now);
    return { statusCode: 204, headers: { 'cache-control': 'no-store' } };
  });
}

async function audited(
  { audit }: ExpectedDeps,
  entry: AuditEntry,
  change: () => Promise<Answer>,
): Promise<Answer> {
  const end = await audit.begin(entry);
  const answer = await change();
  await end((answer.statusCode ?? 500) < 300 ? 'done' : 'refused');
  return answer;
}

/** The profile takes all of the list, so that a repeat repairs it. */
export const tellProfile = (
  { users }: Pick<ExpectedDeps, 'users'>,
  userKey: string,
  list: readonly Expectation[],
  now: UnixMs,
): Promise<void> =>
  changeProfile(users, userKey, now, (profile) => withExpectations(profile, list, now));

/** What the judge compares, of what people wrote. */
function markOf(stated: Stated, now: UnixMs): ExpectedMark {
  const from = stated.from === undefined ? now : Date.parse(stated.from);
  const span = { from, until: Date.parse(stated.until) };
  switch (stated.kind) {
    case 'network':
      return { kind: 'network', key: `${Number(stated.value.replace(/^AS/i, ''))}`, ...span };
    case 'address': {
      const address = canonicalAddress(stated.value) ?? stated.value;
      return { kind: 'prefix', key: prefixOf(address)?.key ?? address, ...span };
    }
    default:
      return { kind: stated.kind, key: stated.value, ...span };
  }
}

function faultOf({ from, until }: ExpectedMark, now: UnixMs): string | undefined {
  if (until <= now) return 'until must lie in the future';
  if (until <= from) return 'until must be later than from';
  if (until > now + expectedDaysMax * dayMs) {
    return `until must lie within the next ${expectedDaysMax} days: look at it again then`;
  }
  return undefined;
}

const newId = (now: number): string =>
  `${now.toString(36).padStart(10, '0')}-${randomBytes(6).toString('base64url')}`;

function listView(list: readonly Expectation[], now: UnixMs) {
  const kept = keptExpectations(list, now);
  const sorted = [...kept].sort((a, b) => b.until - a.until || (a.id < b.id ? -1 : 1));
  return { items: sorted.map((one) => expectationView(one, now)) };
}

function expectationView(expectation: Expectation, now: UnixMs) {
  const { id, kind, key, from, until, reason, by, at } = expectation;
  const state = until <= now ? 'past' : from > now ? 'coming' : 'current';
  return {
    id,
    ...shown(kind, key),
    from: timeText(from),
    until: timeText(until),
    state,
    reason,
    by,
    at: timeText(at),
  };
}

function shown(kind: ExpectedMark['kind'], key: string) {
  if (kind === 'network') return { kind, value: `AS${key}` };
  return kind === 'prefix' ? { kind: 'address', value: prefixLabel(key) } : { kind, value: key };
}

const noUser = (): Answer =>
  problem('not-found', { detail: 'no VPN connection of this user has been recorded' });
