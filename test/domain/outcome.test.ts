import {
  batchOutcomes,
  datagramOutcomes,
  eventOutcomes,
  recordOutcomes,
} from '../../domain/outcome.ts';

const tables = { datagramOutcomes, recordOutcomes, batchOutcomes, eventOutcomes };

describe('outcomes', () => {
  it.each(Object.entries(tables))(
    '%s say of each end what it means and whose fault it is',
    (_, table) => {
      for (const [name, { meaning, isOurFault }] of Object.entries(table)) {
        expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
        expect(meaning.length).toBeGreaterThan(10);
        expect(typeof isOurFault).toBe('boolean');
      }
    },
  );

  it('belong to one stage a table, the gate before the relay before the cloud', () => {
    const stages = Object.values(tables).map((table) => [
      ...new Set(Object.values(table).map(({ stage }) => stage)),
    ]);

    expect(stages).toEqual([['gate'], ['relay'], ['admit'], ['process']]);
  });
});
