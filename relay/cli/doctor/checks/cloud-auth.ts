// `cloud-auth`: whether the cloud accepts this relay's signature.

import { type Check, fail, pass, type Result, warn } from '../check.ts';
import { cloudSteps } from '../cloud-steps.ts';

/** By the word that the API begins its detail with (docs/problems.md). */
const refusals: Readonly<Record<string, readonly [evidence: string, advice: string]>> = {
  'unknown-key': [
    'the key of this relay is unknown there: never registered, revoked or expired',
    'enrol the relay again; `npm run admin -- relay list` in the cloud shows its keys',
  ],
  'wrong-relay': [
    'the key belongs to another relay',
    'correct cloud.relayId, or take the key file that was made for this relay',
  ],
  'outside-window': ["the seal's time is not the cloud's", 'set the clock right (clock-offset)'],
  'wrong-authority': [
    'the API takes no batches under this host',
    'correct cloud.url; a domain of your own is named with -c authorities= at deployment',
  ],
  'bad-signature': [
    'the signature does not fit the registered key',
    'take the key file that belongs to the registered public key',
  ],
  'wrong-algorithm': ['the registered key is of another kind', 'enrol the relay again'],
};
const changedOnTheWay: readonly string[] = [
  'wrong-digest',
  'wrong-content-type',
  'missing-header',
  'malformed-seal',
];

export const cloudAuth: Check = {
  code: 'cloud-auth',
  question: 'Does the cloud accept the key of this relay?',
  meaning:
    'A key that is unknown, revoked or expired opens nothing. The relay goes on recording and ' +
    'answering, and its journal fills.',
  fix:
    'Unknown or revoked: enrol again. Wrong host or changed request: correct `cloud.url`, look ' +
    'for a proxy that rewrites requests. Wrong time: the clock.',
  whenToIgnore: 'about 429 and 5xx: the cloud is busy, and the relay tries again.',
  run: cloudSteps(({ auth, url }) => {
    if (!auth) return undefined;
    const { status, reason = '', code = '' } = auth;
    if (status === 0) {
      return fail(`${url.host} does not answer (${reason})`, 'see whether it is the ingest API');
    }
    // 422: the seal is good; an empty body is no batch, and is refused for that.
    if (status === 422 || status === 200) return pass(`${url.host} knows the key of this relay`);
    if (status === 401) return refused(reason, code);
    if (status === 429 || status >= 500) {
      return warn(`${url.host} answers ${status} ${code}`.trim(), 'wait; then see the runbook');
    }
    const advice = 'this is not the ingest API: correct cloud.url, or look for a proxy between';
    return fail(`${url.host} answers ${status} ${code}`.trim(), advice);
  }),
};

function refused(reason: string, code: string): Result {
  if (code === 'relay-revoked') {
    const evidence = 'the key of this relay was revoked, or has run out (401 relay-revoked)';
    return fail(evidence, 'enrol the relay again with a new token, if that was no intention');
  }
  const [evidence, advice] = refusals[reason] ?? [];
  if (evidence !== undefined && advice !== undefined) {
    return fail(`${evidence} (401 ${reason})`, advice);
  }
  if (changedOnTheWay.includes(reason)) {
    const what = `the request was changed on the way (401 ${reason})`;
    return fail(what, 'have the proxy pass headers and body of this host unchanged');
  }
  return fail(`the seal is refused (401 ${reason || code})`, 'enrol the relay again');
}
