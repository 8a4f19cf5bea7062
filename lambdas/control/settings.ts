// `GET` and `PUT /v1/settings`. Secrets go in and never come out: they show as fingerprints.
// Promise: a PUT takes all or nothing; the version that was read decides, and a lost race leaves
// nothing changed.

import { problem } from '../shared/problem.ts';
import {
  changedBox,
  openSecretBox,
  type SecretBox,
  secretBoxOctetsMax,
  storedGateway,
} from './gateway-secrets.ts';
import type { AuditBook, SecretStore, SettingsBook, StoredSettings } from './ports.ts';
import { type Answer, type ControlRequest, jsonAnswer } from './request.ts';
import {
  checkSettings,
  type OrganisationSettings,
  type SentSettings,
  type StoredGateway,
} from './settings-model.ts';

export type SettingsDeps = {
  readonly settings: SettingsBook;
  readonly secrets: SecretStore;
  readonly audit: AuditBook;
};

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
  const before = await deps.settings.settings();
  if (expected !== etagOf(before.version)) return conflict();

  const box = await openSecretBox(deps.secrets, before.settings.secretsVersion);
  const next = changedBox(box, checked.settings.gateways);
  const mistakes = secretMistakes(checked.settings, box, next);
  if (mistakes.length > 0) return problem('invalid-settings', { errors: mistakes });

  const version = before.version + 1;
  const end = await deps.audit.begin({
    actor: request.actor,
    action: 'settings-changed',
    subject: `settings version ${version}`,
  });
  const { secretsVersion } = before.settings;
  const isSame = JSON.stringify(next.secrets) === JSON.stringify(box.secrets);
  const nextVersion = isSame
    ? secretsVersion
    : await deps.secrets.put('gateway-secrets', JSON.stringify(next));
  const settings = storedSettings(checked.settings, next, nextVersion);
  const outcome = await deps.settings.putSettings(settings, before.version);
  await end(outcome === 'written' ? 'done' : 'refused');
  return outcome === 'written' ? settingsAnswer({ settings, version }) : conflict();
}

export const etagOf = (version: number): string => `"${version}"`;

function conflict(): Answer {
  return problem('version-conflict', { detail: 'GET the settings again and repeat the change' });
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
