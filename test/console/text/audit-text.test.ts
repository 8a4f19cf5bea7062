// The audit in words: every action of the contract has a name, every row a key of its own.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  actionNames,
  actionText,
  namedEntries,
  outcomeText,
} from '../../../console/text/audit-text.ts';

const contract = parse(
  readFileSync(join(import.meta.dirname, '../../../docs/openapi.yaml'), 'utf8'),
) as { components: { schemas: { AuditAction: { enum: string[] } } } };

const entry = {
  at: '2026-11-23T08:00:00Z',
  actor: 'anna',
  action: 'detection-decided' as const,
  subject: '20261123T060000Z-abcdefghijklmnop',
  outcome: 'done' as const,
};

it('names every action that the contract lists, and shows others as they came', () => {
  const known = actionNames.map(([action]) => action);
  expect([...known].sort()).toEqual([...contract.components.schemas.AuditAction.enum].sort());
  expect([actionText('user-erased'), actionText('new-one')]).toEqual(['erased a user', 'new-one']);
  expect(outcomeText('begun')).toContain('look whether it was made');
});

it('gives rows that are alike keys that differ, and that older rows do not change', () => {
  const keys = (count: number) => namedEntries(Array(count).fill(entry)).map(({ key }) => key);

  expect(new Set(keys(3)).size).toBe(3);
  expect(keys(3).slice(0, 2)).toEqual(keys(2));
});
