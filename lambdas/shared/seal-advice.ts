// Advice for the operator of a relay whose signature was refused, on every route that takes signed
// requests. It repeats nothing of the request.

import type { SealRefusal } from '../../wire/seal.ts';

/** What the relay's operator can do about a refused seal. */
export const sealAdvice: Readonly<Record<SealRefusal, string>> = {
  'wrong-method': 'the method is not the one of this route',
  'wrong-authority': 'the host is not one this API is called by: check the endpoint setting',
  'missing-header': 'a header of the seal is missing: a proxy may have removed it',
  'malformed-seal': 'the seal is not of the documented form: update the relay, look for a proxy',
  'wrong-content-type': 'the content type is not the documented one: a proxy may have changed it',
  'outside-window': 'the seal is older or newer than 300 s: check the clock of the relay',
  'wrong-digest': 'the body is not the one that was sealed: a proxy may have changed it',
  'unknown-key': 'the key is unknown or revoked: enrol the relay again',
  'wrong-algorithm': 'the key is of another algorithm: check the key of the relay',
  'wrong-relay': 'the key belongs to another relay: check the relay id in its configuration',
  'bad-signature': 'the signature is not of this request: check key and endpoint of the relay',
};
