// The list of networks: each once, however its number is written, the worst first.

import { networkRows } from '../../../console/text/network-rows.ts';

const facet = (...values: [value: string, count: number, label?: string][]) => ({
  values: values.map(([value, count, label]) => ({ value, count, ...(label ? { label } : {}) })),
  others: 0,
});

it('has each network once, with what it counts of both', () => {
  const rows = networkRows(
    facet(['AS7303', 6, 'Telecom Argentina'], ['none', 2], ['AS3320', 1]),
    facet(['3320', 40, 'Deutsche Telekom'], ['2856', 90, 'BT'], ['none', 3]),
  );
  expect(rows.map(({ asn, name, ...counts }) => [asn, name, ...Object.values(counts)])).toEqual([
    ['7303', 'Telecom Argentina', 6, 0],
    ['3320', 'Deutsche Telekom', 1, 40],
    ['2856', 'BT', 0, 90],
  ]);
});

it('says none only of what every value was listed of', () => {
  const detections = { ...facet(['7303', 6], ['3320', 2]), others: 4 };
  const rows = networkRows(detections, facet(['2856', 90], ['3320', 1]));
  expect(rows.map(({ asn, detections, connected }) => [asn, detections, connected])).toEqual([
    ['7303', 6, 0],
    ['3320', 2, 1],
    ['2856', undefined, 90],
  ]);
});

it('is empty where nothing is counted yet', () => {
  expect(networkRows(undefined, undefined)).toEqual([]);
});
