// Packed documents give back what was written, and what is cut short says so.

import fc from 'fast-check';
import { ByteReader, ByteWriter } from '../../../domain/profile/packed-bytes.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), maxLength: 32 }),
  fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'), maxLength: 32 }),
  fc.string({ unit: fc.constantFrom(...'AZaz09-_'), maxLength: 22 }),
);
const values = fc.record({
  whole: fc.maxSafeNat(),
  signed: fc.integer(),
  plain: text,
  after: text,
  letters: text,
});

type Values = {
  readonly whole: number;
  readonly signed: number;
  readonly plain: string;
  readonly after: string;
  readonly letters: string;
};

function write(list: readonly Values[]): Uint8Array {
  const writer = new ByteWriter();
  for (const value of list) {
    writer.whole(value.whole);
    writer.signed(value.signed);
    writer.text(value.plain);
    writer.textAfter(value.plain, value.after);
    writer.letters(value.letters);
  }
  return writer.finish();
}

function read(bytes: Uint8Array, count: number): Values[] {
  const reader = new ByteReader(bytes);
  return Array.from({ length: count }, () => {
    const whole = reader.whole();
    const signed = reader.signed();
    const plain = reader.text();
    return { whole, signed, plain, after: reader.textAfter(plain), letters: reader.letters() };
  });
}

describe('packed bytes', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 5 }), (list) => {
        expect(read(write(list), list.length)).toEqual(list);
      }),
    );
  });

  it('say that they end early, wherever they were cut', () => {
    fc.assert(
      fc.property(values, fc.nat(), (value, seed) => {
        const bytes = write([value]);
        const cut = bytes.subarray(0, seed % bytes.length);

        expect(() => read(cut, 1)).toThrow('a packed document ends early');
      }),
    );
  });

  it('refuse numbers that are not whole or not positive', () => {
    for (const value of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => new ByteWriter().whole(value)).toThrow('a packed number is whole');
    }
  });
});
