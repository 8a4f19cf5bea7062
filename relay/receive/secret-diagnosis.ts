// Finds out which wrong secret a gateway uses: the commonest fault of any RADIUS set-up. The relay
// can find out because it has the packet and a list of common mistakes.
// Promise: off the ack path, one packet per gateway and 10 s; names gateways, never shows a secret.

import { isWorthLogging, type Log } from '../log.ts';
import { findSecretOf, makeGateScratch } from './gate.ts';
import type { Drop } from './gateway-table.ts';
import {
  type GatewayTable,
  type KnownGateway,
  makeSecretKey,
  type SecretKey,
} from './gateway-table.ts';

type Candidate = { readonly key: SecretKey; readonly words: string };

/** What was found out last about a gateway, as a sentence without the gateway's name. */
export type SecretDiagnosis = {
  onDrop(drop: Drop, datagram: Buffer): void;
  /** Keeps the secrets of a configuration that is being replaced: gateways may still use them. */
  remember(replaced: GatewayTable): void;
  /** The latest finding per gateway name. */
  findings(): ReadonlyMap<string, string>;
};

/** Secrets that stand in documentation and get copied from there. */
const textbookSecrets = ['testing123', 'radsec', 'secret', 'changeme', 'sharedsecret'];

const everyMs = 10_000;

export function makeSecretDiagnosis(deps: {
  readonly gateways: () => GatewayTable;
  readonly log: Log;
  readonly monotonicMs: () => number;
  /** Runs a task after what is being received. */
  readonly later: (task: () => void) => void;
}): SecretDiagnosis {
  const scratch = makeGateScratch();
  const lastMs = new Map<string, number>();
  const findings = new Map<string, string>();
  const logged = new Map<string, number>();
  let previous: readonly KnownGateway[] = [];

  const report = (gateway: KnownGateway, sentence: string): void => {
    const { name, addresses } = gateway.config;
    findings.set(name, sentence);
    const times = (logged.get(`${name} ${sentence}`) ?? 0) + 1;
    logged.set(`${name} ${sentence}`, times);
    if (!isWorthLogging(times)) return;
    const message = `${name} (${addresses.join(', ')}): ${sentence}`;
    deps.log('warn', 'wrong-secret', message, { gateway: name, times });
  };

  return {
    findings: () => findings,
    remember(replaced) {
      previous = replaced.gateways;
      // What was found out was said of other secrets.
      findings.clear();
      lastMs.clear();
    },
    onDrop({ gateway, reason }, datagram) {
      if (!gateway) return;
      if (reason !== 'bad-authenticator' && reason !== 'bad-message-authenticator') return;
      const { name } = gateway.config;
      const nowMs = deps.monotonicMs();
      if (nowMs - (lastMs.get(name) ?? Number.NEGATIVE_INFINITY) < everyMs) return;
      lastMs.set(name, nowMs);
      if (gateway.secrets.length === 0) {
        report(gateway, 'sends over UDP and has no secret here: it is to come over TLS');
        return;
      }
      deps.later(() => {
        const candidates = candidatesFor(gateway, deps.gateways().gateways, previous);
        const keys = candidates.map(({ key }) => key);
        const found = findSecretOf(datagram, keys, scratch);
        const words = candidates.find(({ key }) => key === found)?.words;
        report(
          gateway,
          words ?? `signed with none of ${keys.length} candidates: the secrets differ`,
        );
      });
    },
  };
}

function candidatesFor(
  gateway: KnownGateway,
  gateways: readonly KnownGateway[],
  previous: readonly KnownGateway[],
): Candidate[] {
  const { name } = gateway.config;
  const own = gateway.secrets.map(({ octets }) => octets);
  const ofOthers = gateways
    .filter((other) => other.config.name !== name)
    .flatMap((other) =>
      candidatesOf(other, `signed with the secret of gateway ${other.config.name}`),
    );
  const replaced = previous
    .filter((other) => other.config.name === name)
    .flatMap((old) => candidatesOf(old, 'signed with the secret used before the last reload'));
  return [
    ...candidatesOf(gateway, 'the secret is right, the Message-Authenticator is wrong or missing'),
    ...own.flatMap(misspellings),
    ...replaced,
    ...ofOthers,
    ...textbookSecrets.map((text) => ({
      key: makeSecretKey(Buffer.from(text)),
      words: 'signed with an example secret from documentation: set the real one',
    })),
  ];
}

function candidatesOf({ secrets }: KnownGateway, words: string): Candidate[] {
  return secrets.map((key) => ({ key, words }));
}

/** What happens to a secret between a mail and a form. */
function misspellings(secret: Buffer): Candidate[] {
  const text = secret.toString('latin1');
  const spellings: [string, string][] = [
    [text.trim(), 'without the blanks around it'],
    [text.replace(/^(["'])(.*)\1$/s, '$2'), 'without the quotes around it'],
    [text.replace(/[\r\n]+$/, ''), 'without the line end behind it'],
    [`${text}\n`, 'plus a trailing newline'],
    [`${text}\r\n`, 'plus a trailing CR LF'],
    [`${text}\r`, 'plus a trailing CR'],
    [`${text} `, 'plus a trailing space'],
    [` ${text}`, 'plus a leading space'],
    [`${text}\0`, 'plus a trailing zero octet'],
    [`"${text}"`, 'in double quotes'],
    [`'${text}'`, 'in single quotes'],
    [text.toLowerCase(), 'in lower case'],
    [text.toUpperCase(), 'in upper case'],
    ...[8, 16, 22, 31, 32, 48, 63, 64].map((length): [string, string] => [
      text.slice(0, length),
      `cut after ${length} characters`,
    ]),
  ];
  return spellings
    .filter(([spelling]) => spelling !== text && spelling !== '')
    .map(([spelling, how]) => ({
      key: makeSecretKey(Buffer.from(spelling, 'latin1')),
      words: `signed with your secret ${how}`,
    }));
}
