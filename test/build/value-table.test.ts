// The table of attribute values is what the dictionaries of the npm package `radius` say, and both
// directions of it give what the package itself gives.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import radius from 'radius';
import { valueTableText } from '../../build/value-table.ts';
import { valueNumber } from '../../relay/import/value-numbers.ts';
import { valueName } from '../../relay/radius/value-names.ts';
import { valueTables } from '../../relay/radius/value-table.ts';
import { readText } from '../tidy/repository.ts';

const root = join(import.meta.dirname, '../..');
const path = 'relay/radius/value-lines.ts';

it('is generated from the dictionaries', () => {
  const text = valueTableText(join(root, 'node_modules/radius/dictionaries'));
  if (process.env['UPDATE_TABLES']) writeFileSync(join(root, path), text);

  expect(readText(path)).toBe(text);
});

it('gives the numbers that the package gives', () => {
  const wrong = valueTables.flatMap(({ name, values }) =>
    values.flatMap(([value]) => {
      const packet = radius.encode({
        code: 'Accounting-Request',
        secret: 'none',
        identifier: 0,
        attributes: [[name, value]],
      });
      const expected = packet.readUInt32BE(packet.length - 4);
      return valueNumber(name, value) === expected ? [] : [`${name}=${value}`];
    }),
  );

  expect(wrong).toEqual([]);
});

it('gives the names that the package gives', () => {
  const wrong = valueTables.flatMap(({ attribute, name, values }) =>
    values.flatMap(([, number]) => {
      const packet = Buffer.from([4, 0, 0, 26, ...Buffer.alloc(16), attribute, 6, 0, 0, 0, 0]);
      packet.writeUInt32BE(number, 22);
      const answer: unknown = radius.decode_without_secret({ packet }).attributes[name];
      const expected: unknown = Array.isArray(answer) ? answer.at(-1) : answer;
      return valueName(attribute, number) === String(expected) ? [] : [`${name} ${number}`];
    }),
  );

  expect(wrong).toEqual([]);
});

it('says nothing of values that no dictionary has', () => {
  expect(valueNumber('Tunnel-Type', 'Carrier-Pigeon')).toBeUndefined();
  expect(valueNumber('No-Such-Attribute', 'Carrier-Pigeon')).toBeUndefined();
  expect(valueName(64, 4711)).toBe('4711');
});
