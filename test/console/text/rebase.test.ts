import fc from 'fast-check';
import { isSame, rebased } from '../../../console/text/rebase.ts';

type Form = Readonly<Record<string, number | undefined>>;
const forms = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(3));

describe('edits of two people', () => {
  it('are both kept where they are about different things', () => {
    const began = { enabled: true, gateways: [1], domains: 'x' };
    const mine = { ...began, gateways: [1, 2] };
    const newest = { ...began, enabled: false };

    expect(rebased(began, mine, newest)).toEqual({
      merged: { enabled: false, gateways: [1, 2], domains: 'x' },
      theirs: ['enabled'],
      both: [],
    });
  });

  it('are told where they are about the same thing, and no typed word is lost', () => {
    fc.assert(
      fc.property(forms, forms, forms, (began: Form, mine: Form, newest: Form) => {
        const { merged, theirs, both } = rebased(began, mine, newest);
        for (const member of ['a', 'b', 'c', 'd']) {
          const isMine = mine[member] !== began[member];
          const isTheirs = newest[member] !== began[member];
          expect(merged[member]).toBe(isMine ? mine[member] : newest[member]);
          expect(theirs.includes(member)).toBe(isTheirs && !isMine);
          const clash = isMine && isTheirs && mine[member] !== newest[member];
          expect(both.includes(member)).toBe(clash);
        }
      }),
    );
  });

  it('know a number that is not typed yet from none', () => {
    expect(isSame({ lat: Number.NaN }, { lat: Number.NaN })).toBe(true);
    expect(isSame({ lat: Number.NaN }, { lat: null })).toBe(false);
  });
});
