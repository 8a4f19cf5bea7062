import fc from 'fast-check';
import type { Detection } from '../../../console/api/types.ts';
import { changeFrom, statusFor } from '../../../console/text/triage-change.ts';
import { now } from '../sample-profile.ts';

const present = {
  at: '2026-11-20T08:00:00Z',
  by: 'eve',
  status: 'resolved',
  classification: 'benign',
  note: 'a fair',
  benignUntil: '2026-11-27T08:00:00Z',
  history: [],
} as Detection['triage'];
const asIs = { status: 'resolved', classification: 'benign', note: 'a fair' };

describe('a form of classification', () => {
  it('asks for what differs, so that a corrected note widens nothing', () => {
    expect(changeFrom(present, { ...asIs, note: 'at a fair' }, now)).toEqual({
      status: 'resolved',
      note: 'at a fair',
    });
    expect(changeFrom(present, { ...asIs, note: '' }, now)).toEqual({
      status: 'resolved',
      note: null,
    });
  });

  it('sets an end only where one was chosen', () => {
    const until = '2026-11-30T08:00:00.000Z';
    expect(changeFrom(present, { ...asIs, days: 7 }, now)).toMatchObject({ benignUntil: until });
    expect(
      changeFrom(undefined, { ...asIs, classification: 'malicious', days: 7 }, now),
    ).not.toHaveProperty('benignUntil');
  });

  it('takes a classification back into an open question', () => {
    expect(statusFor('', 'resolved', 'benign')).toBe('new');
    expect(statusFor('', 'in-progress', 'malicious')).toBe('new');
    expect(changeFrom(present, { status: 'new', classification: '', note: 'a fair' })).toEqual({
      status: 'new',
      classification: null,
    });
  });

  it('leaves the state alone while the classification stays', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', 'benign', 'malicious'),
        fc.constantFrom('new', 'in-progress', 'resolved'),
        (classification, status) => statusFor(classification, status, classification) === status,
      ),
    );
  });
});
