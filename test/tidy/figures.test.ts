// Money and batches that documents speak of are what `npm run size` says, and no document speaks of
// other money.

import { listPrices } from '../../cli/size/list-prices.ts';
import { type Deployment, loadOf } from '../../cli/size/sizing.ts';
import { accessCosts } from '../../cli/size/sizing-access.ts';
import { assumptions } from '../../cli/size/sizing-assumptions.ts';
import { costOf, totalOf } from '../../cli/size/sizing-cost.ts';
import { usualDeployment } from '../support/deployments.ts';
import { readText, textFiles } from './repository.ts';

const textOf = (path: string): string => readText(path) ?? '';
const dollars = (value: number): string => `$${value.toFixed(2)}`;

/** Cells of the table rows of a page that begin with this text. */
const cellsOf = (path: string, first: string): string[] =>
  (
    textOf(path)
      .split('\n')
      .find((line) => line.trim().startsWith(`| ${first} |`)) ?? ''
  )
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim());

const withoutInterims = (users: number): Deployment => ({
  ...usualDeployment(users),
  interimMinutes: 0,
});
const machineOf = (machines: number): number =>
  accessCosts({ ...usualDeployment(1), machines })[0]?.usdPerMonth ?? Number.NaN;

/** Of a row of docs/benchmarks.md, whose cells are measured: tables, without the shared rows. */
function tablesOfAMillion(shape: string): number {
  const [, writes, , reads] = cellsOf('docs/benchmarks.md', `${shape} | each event alone`);
  return (
    (Number(writes) * listPrices.dynamoWriteUnit + Number(reads) * listPrices.dynamoReadUnit) * 1e6
  );
}

/** An unsigned request: the API takes it, `admit` refuses it, both write a line. */
const refusedRequest =
  listPrices.httpApiRequest +
  listPrices.lambdaRequest +
  assumptions.admitSeconds * assumptions.admitGigabytes * listPrices.lambdaGigabyteSecond +
  (assumptions.logBytesPerBatch * (listPrices.logGigabyte + listPrices.logGigabyteMonth)) / 1e9;

const hundreds = (value: number): number => Math.round(value / 100) * 100;

/** Every sum of money in README and docs, in the order in which it stands there. */
const figures: Readonly<Record<string, readonly string[]>> = {
  'README.md': [
    dollars(totalOf(usualDeployment(100_000)).usdPerMillionEvents),
    dollars(totalOf(withoutInterims(100_000)).usdPerMillionEvents),
    dollars(totalOf(usualDeployment(100_000)).fixedUsdPerMonth),
  ],
  'docs/scale.md': [
    `$${Math.round(totalOf(usualDeployment(5_000)).usdPerMonth)}`,
    dollars(machineOf(1) - machineOf(0)),
    `$${hundreds(totalOf(usualDeployment(1_700_000)).usdPerMonth).toLocaleString('en-US')}`,
  ],
  'docs/decisions/0007-tokens-instead-of-iam-signatures.md': [`$${listPrices.cognitoUserMonth}`],
  'docs/threat-model.md': [dollars(refusedRequest * 1e6)],
  'docs/benchmarks.md': [
    dollars(tablesOfAMillion('Start and Stop')),
    dollars(tablesOfAMillion('30 interims')),
  ],
};

it('sums of money are what npm run size says', () => {
  const pages = textFiles.filter(({ path }) => /^(README\.md|docs\/.*\.md)$/.test(path));
  const found = pages.flatMap(({ path, text }) => {
    const prose = text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
    const sums = [...prose.matchAll(/\$\d[\d,]*(?:\.\d+)?/g)].map(([sum]) => sum);
    return sums.length > 0 ? [[path, sums] as const] : [];
  });

  expect(Object.fromEntries(found)).toEqual(figures);
});

it('docs/scale.md shows the lines that npm run size prints', () => {
  const sizes = [500, 5_000, 100_000].map(usualDeployment);
  const totals = sizes.map(totalOf);
  for (const [at, { service, fixedUsdPerMonth }] of costOf(usualDeployment(500)).entries()) {
    const sums = sizes.map((one) => costOf(one)[at]?.usdPerMonth.toFixed(2));
    expect([service, ...cellsOf('docs/scale.md', service)]).toEqual([
      service,
      ...sums,
      fixedUsdPerMonth.toFixed(2),
    ]);
  }
  expect(cellsOf('docs/scale.md', 'sum')).toEqual([
    ...totals.map(({ usdPerMonth }) => usdPerMonth.toFixed(2)),
    totals[0]?.fixedUsdPerMonth.toFixed(2),
  ]);
  expect(cellsOf('docs/scale.md', 'per million events')).toEqual([
    ...totals.map(({ usdPerMillionEvents }) => usdPerMillionEvents.toFixed(2)),
    '',
  ]);
});

it.each([500, 5_000, 30_000, 100_000])(
  'docs/scale.md shows the batches of %d users, and those of one flush time for all',
  (users) => {
    const cells = [usualDeployment(users), withoutInterims(users)].flatMap((one) => {
      const { packetsPerDay, packetsPerSecond, batchesPerDay } = loadOf(one);
      const before = packetsPerDay / (1 + packetsPerSecond * assumptions.flushSeconds);
      return [before, batchesPerDay].map((count) => Math.round(count).toLocaleString('en-US'));
    });

    const table = textOf('docs/scale.md').split('every record within 2 s')[1] ?? '';
    const line = table
      .split('\n')
      .find((one) => one.includes(`| ${users.toLocaleString('en-US')} |`));
    expect(
      line
        ?.split('|')
        .slice(2, -1)
        .map((cell) => cell.trim()),
    ).toEqual(cells);
  },
);
