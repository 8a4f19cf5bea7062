// Properties of the batch codec: what goes in comes out, and no body makes it throw.

import fc from 'fast-check';
import { decodeBatch, encodeBatch, formatBatchId, parseBatchId } from '../../wire/batch.ts';
import { anyCharacter } from '../support/any-character.ts';
import { arbitraryBatch, asaBatch } from '../support/batches.ts';
import { runs } from '../support/property-runs.ts';

describe('encodeBatch and decodeBatch', () => {
  it('give back every batch unchanged', () => {
    fc.assert(
      fc.property(arbitraryBatch, (batch) => {
        expect(decodeBatch(encodeBatch(batch))).toEqual({ ok: true, batch });
      }),
      { numRuns: runs(150) },
    );
  });

  it('refuse a body that was cut, at whatever length', () => {
    const body = encodeBatch(asaBatch(2));

    for (let length = 0; length < body.length; length += 1) {
      expect(decodeBatch(body.slice(0, length)).ok).toBe(false);
    }
  });

  it('never throw on a flipped bit', () => {
    const bytes = Buffer.from(encodeBatch(asaBatch(5)), 'base64');
    // Asked at the end: an `expect` a bit takes longer than the bits.
    const strange: number[] = [];

    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (typeof decodeBatch(flipped.toString('base64')).ok !== 'boolean') strange.push(bit);
    }
    expect(strange).toEqual([]);
  });

  it('never throw on arbitrary text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: anyCharacter }), fc.base64String()), (body) => {
        expect(decodeBatch(body).ok).toBe(false);
      }),
    );
  });

  it('never throw on arbitrary JSON, and accept none of it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(decodeBatch(encodeBatch(value as never)).ok).toBe(false);
      }),
    );
  });
});

describe('the batch id', () => {
  it('gives back relay, epoch and sequence', () => {
    fc.assert(
      fc.property(arbitraryBatch, ({ relayId, epoch, sequence }) => {
        const name = { relayId, epoch, sequence };
        expect(parseBatchId(formatBatchId(name))).toEqual(name);
      }),
    );
  });
});
