// `GET` and `PUT /v1/settings`. Secrets are write-only: they are shown as fingerprints.
// Promise: a PUT is applied as a whole or not at all. The version that was read decides, and a lost
// race leaves nothing changed. Failed changes never evict the secrets that the settings name; if
// those are lost all the same, a PUT that sets them again repairs everything.

import type { AuditBook } from '../shared/audit.ts';
import type { Log } from '../shared/log.ts';
import { problem } from '../shared/problem.ts';
import {
  changedBox,
  emptyBox,
  openSecretBox,
  type SecretBox,
  secretBoxOctetsMax,
  storedGateway,
} from './gateway-secrets.ts';
import {
  type SecretStore,
  type SettingsBook,
  type StoredSettings,
  settingsTurnMs,
} from './ports.ts';
import { type Answer, type ControlRequest, jsonAnswer } from './request.ts';
import {
  checkSettings,
  type Mistake,
  type OrganisationSettings,
  type SentSettings,
  type StoredGateway,
  settingsOctetsMax,
} from './settings-model.ts';

export type SettingsDeps = {
  readonly settings: SettingsBook;
  readonly secrets: SecretStore;
  readonly audit: AuditBook;
  readonly log: Log;
  /** Waits that many milliseconds for another change; absent: on the clock of the machine. */
  readonly pause?: (ms: number) => Promise<void>;
};

/** With the pauses below about six seconds, and 14 at most, of the 25 that a run has. */
const turnAttemptsMax = 10;
const turnPauseMs = 200;
const turnPauseMsMax = 2_000;

/** `GET /v1/settings`: in the form that PUT takes. */
export async function getSettings(deps: SettingsDeps, request: ControlRequest): Promise<Answer> {
  const stored = await deps.settings.settings();
  if (request.headers['if-none-match'] === etagOf(stored.version)) {
    return { statusCode: 304, headers: { etag: etagOf(stored.version) } };
  }
  return settingsAnswer(stored);
}

/** `PUT /v1/settings` */
export async function putSettings(deps: SettingsDeps, request: ControlRequest): Promise<Answer> {
  const expected = request.headers['if-match'];
  if (expected === undefined) {
    return problem('version-required', { detail: 'send If-Match with the ETag of GET' });
  }
  const checked = checkSettings(request.json);
  if ('mistakes' in checked) return problem('invalid-settings', { errors: checked.mistakes });
  return inTurn(deps, expected, (before) => change(deps, request, checked.settings, before));
}

/**
 * Lets one change through at a time: secrets are written before the settings name them, so many
 * writers at once would fill their store with versions that are never referenced.
 */
async function inTurn(
  { settings, log, pause = systemPause }: Pick<SettingsDeps, 'settings' | 'log' | 'pause'>,
  expected: string,
  work: (before: StoredSettings) => Promise<Answer>,
): Promise<Answer> {
  for (let attempt = 0; attempt < turnAttemptsMax; attempt += 1) {
    const before = await settings.settings();
    if (expected !== etagOf(before.version)) return conflict();
    const giveBack = await settings.takeTurn();
    if (giveBack) {
      try {
        // Who had the turn before may have changed them after they were read.
        const now = await settings.settings();
        return expected === etagOf(now.version) ? await work(now) : conflict();
      } finally {
        await giveBack().catch((error: unknown) => {
          log.error('the turn to change settings was not given back: it ends by itself', error);
        });
      }
    }
    // A random while, longer each time: many who wait must not keep the one from ending.
    await pause(Math.random() * Math.min(turnPauseMsMax, turnPauseMs * 2 ** attempt));
  }
  return problem('unavailable', {
    detail: 'another change of the settings is under way: try again',
    retryAfterSeconds: settingsTurnMs / 1000,
  });
}

const systemPause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

async function change(
  deps: SettingsDeps,
  { actor }: ControlRequest,
  sent: SentSettings,
  before: StoredSettings,
): Promise<Answer> {
  const { secretsVersion } = before.settings;
  const kept = await openSecretBox(deps.secrets, secretsVersion);
  const box = kept === 'lost' ? emptyBox() : kept;
  const next = changedBox(box, sent.gateways);
  const mistakes = [
    ...secretMistakes(sent, box, next),
    ...(kept === 'lost' ? lostSecrets(sent, before.settings) : []),
    ...sizeMistakes(storedSettings(sent, next, undefined)),
  ];
  if (mistakes.length > 0) return problem('invalid-settings', { errors: mistakes });

  const version = before.version + 1;
  const subject = `settings version ${version}`;
  const end = await deps.audit.begin({ actor, action: 'settings-changed', subject });
  const isSame = kept !== 'lost' && JSON.stringify(next.secrets) === JSON.stringify(box.secrets);
  const nextVersion = isSame ? secretsVersion : await putSecrets(deps.secrets, kept, before, next);
  const settings = storedSettings(sent, next, nextVersion);
  const outcome = await deps.settings.putSettings(settings, before.version);
  if (outcome === 'written' && nextVersion !== undefined) {
    await deps.secrets.use('gateway-secrets', nextVersion);
  }
  await end(outcome === 'written' ? 'done' : 'refused');
  return outcome === 'written' ? settingsAnswer({ settings, version }) : conflict();
}

/** Writes new secrets, once those that count now can no longer be pushed out by them. */
async function putSecrets(
  secrets: SecretStore,
  kept: SecretBox | 'lost',
  { settings: { secretsVersion } }: StoredSettings,
  next: SecretBox,
): Promise<string> {
  if (kept !== 'lost' && secretsVersion !== undefined) {
    await secrets.use('gateway-secrets', secretsVersion);
  }
  return secrets.put('gateway-secrets', JSON.stringify(next));
}

export const etagOf = (version: number): string => `"${version}"`;

function conflict(): Answer {
  return problem('version-conflict', { detail: 'GET the settings again and repeat the change' });
}

/** Secrets that were set and are in the store no more: only whoever knows them can bring them. */
function lostSecrets(sent: SentSettings, { gateways }: OrganisationSettings): Mistake[] {
  const stored = new Map(gateways.map((one) => [one.name, one]));
  return sent.gateways.flatMap(({ name, secret, nextSecret }, index): Mistake[] => {
    const old = stored.get(name);
    const isLost = old?.secret !== undefined && typeof secret !== 'string';
    const isNextLost =
      old?.nextSecret !== undefined && typeof nextSecret !== 'string' && nextSecret !== null;
    const at = `/gateways/${index}`;
    const expects = (what: string) => `expects ${what}: what was stored is lost`;
    return [
      ...(isLost ? [{ pointer: `${at}/secret`, detail: expects('the secret itself') }] : []),
      ...(isNextLost
        ? [{ pointer: `${at}/nextSecret`, detail: expects('the next secret itself, or null') }]
        : []),
    ];
  });
}

/** What only shows once the sent is laid over the kept. */
function secretMistakes(sent: SentSettings, before: SecretBox, box: SecretBox) {
  const ownIn = ({ secrets }: SecretBox, name: string) =>
    secrets.find(({ gateway }) => gateway === name);
  const mistakes = sent.gateways.flatMap(({ name, nextSecret, promoteNextSecret }, index) => {
    const at = `/gateways/${index}`;
    if (typeof nextSecret === 'string' && ownIn(box, name) === undefined) {
      return [{ pointer: `${at}/nextSecret`, detail: 'expects that a secret is set first' }];
    }
    const isNothingNext = promoteNextSecret && ownIn(before, name)?.nextSecret === undefined;
    return isNothingNext
      ? [{ pointer: `${at}/promoteNextSecret`, detail: 'expects that a next secret is set' }]
      : [];
  });
  const isTooMuch = Buffer.byteLength(JSON.stringify(box)) > secretBoxOctetsMax;
  const detail = `expects names and secrets of at most ${secretBoxOctetsMax} octets together`;
  return isTooMuch ? [...mistakes, { pointer: '/gateways', detail }] : mistakes;
}

/** All of it is one row: the table would refuse too much, when secrets are written already. */
function sizeMistakes(settings: OrganisationSettings): Mistake[] {
  const octets = Buffer.byteLength(JSON.stringify(settings));
  if (octets <= settingsOctetsMax) return [];
  const most = `expects settings of at most ${settingsOctetsMax} octets`;
  const detail = `${most}, and these have ${octets}`;
  return [{ pointer: '', detail }];
}

function storedSettings(
  sent: SentSettings,
  box: SecretBox,
  secretsVersion: string | undefined,
): OrganisationSettings {
  return {
    ...sent,
    gateways: sent.gateways.map((gateway) => storedGateway(gateway, box)),
    ...(secretsVersion !== undefined && { secretsVersion }),
  };
}

function settingsAnswer({ settings, version }: StoredSettings): Answer {
  const { secretsVersion: _, gateways, ...rest } = settings;
  const body = { ...rest, gateways: gateways.map(gatewayView) };
  return jsonAnswer(200, body, { etag: etagOf(version) });
}

/** Fingerprints in the form that PUT takes for "as it is". */
function gatewayView({ secret, nextSecret, ...rest }: StoredGateway) {
  return {
    ...rest,
    ...(secret && { secret: { fingerprint: secret } }),
    ...(nextSecret && { nextSecret: { fingerprint: nextSecret } }),
  };
}
