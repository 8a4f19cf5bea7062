// The tables of an evaluation: means over seeds, in markdown. Ratios are ratios of means.

import { shownScore } from '../../domain/detect/judgement.ts';
import { standardThreshold } from '../../domain/detect/threshold.ts';
import { ablationBudgets, budgets, type Line, recall } from './measure.ts';
import { type Found, type Outcome, sumFound } from './metrics.ts';
import { type AttackClass, campaignCounts, kinds } from './parameters.ts';

/** Lines of one method over seeds. */
type Group = { readonly name: string; readonly isRule: boolean; readonly lines: readonly Line[] };

function group(perSeed: readonly (readonly Line[])[]): Group[] {
  return (perSeed[0] ?? []).map(({ name, isRule }, index) => ({
    name,
    isRule,
    lines: perSeed.map((lines) => lines[index] as Line),
  }));
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

const short = (value: number): string =>
  Number.isFinite(value) ? value.toFixed(3).replace(/^0/, '') : '-';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

/** The whole report of a world, as markdown. */
export function reportOf(perSeed: readonly (readonly Line[])[]): string {
  const groups = group(perSeed);
  return [
    scoredTable(groups),
    ruleTable(groups),
    classTable(groups),
    noiseTable(groups),
    calibrationTable(groups),
    ablationTable(groups),
    mustShow(groups),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function scoredTable(groups: readonly Group[]): string {
  const rows = groups
    .filter(({ isRule }) => !isRule)
    .map(({ name, lines }) => [
      name,
      short(mean(lines.map(({ auc }) => auc))),
      ...budgets.map((_, at) => {
        const values = lines.map((line) => recall(line.at[at] as Outcome));
        return `${short(mean(values))} ± ${short(deviation(values))}`;
      }),
      ...firstShares(sumFound(lines.map((line) => (line.at[2] as Outcome).all))),
      short(mean(lines.map((line) => (line.at[2] as Outcome).noisiestShare))),
      short(mean(lines.map(({ scored }) => scored))),
    ]);
  const head = [
    'scored',
    'AUC',
    ...budgets.map((b) => `recall @${b}`),
    'at first Start @5',
    'later in the first session @5',
    '10 noisiest @5',
    'scored',
  ];
  return table(head, rows);
}

/** Of the campaigns found: those found at their first Start, and later in that session. */
const firstShares = ({ found, atFirstStart, laterInFirst }: Found): string[] =>
  [atFirstStart, laterInFirst].map((count) => (found === 0 ? '-' : short(count / found)));

function ruleTable(groups: readonly Group[]): string {
  const scored = groups.filter(({ isRule }) => !isRule);
  const rows = groups
    .filter(({ isRule }) => isRule)
    .map(({ name, lines }) => [
      name,
      mean(lines.map((line) => (line.at[0] as Outcome).rate)).toFixed(2),
      short(ruleRecall(lines)),
      ...scored.map((other) => short(atRuleRate(other, name))),
    ]);
  return table(
    ['rules', 'their rate', 'recall', ...scored.map(({ name }) => `${name} at that rate`)],
    rows,
  );
}

const ruleRecall = (lines: readonly Line[]): number =>
  mean(lines.map((line) => recall(line.at[0] as Outcome)));
const atRuleRate = ({ lines }: Group, rule: string): number =>
  mean(lines.map((line) => line.atRuleRates.get(rule) ?? Number.NaN));

/** Recall by class: at 5 for scored methods, at their own rate for rules. */
function classTable(groups: readonly Group[]): string {
  const classes = Object.keys(campaignCounts) as AttackClass[];
  const leader = groups[0];
  const rows = classes.map((attack) => [
    attack,
    ...groups.map((one) => {
      const { campaigns, found } = ofClass(one, attack);
      return short(found / Math.max(1, campaigns));
    }),
    ...(leader ? firstShares(ofClass(leader, attack)) : []),
  ]);
  const heads = groups.map(({ name, isRule }) => (isRule ? name : `${name} @5`));
  const leading = leader?.name ?? '';
  return table(
    ['class', ...heads, `${leading}: found at first Start`, `${leading}: later in that session`],
    rows,
  );
}

function ofClass({ isRule, lines }: Group, attack: AttackClass): Found {
  return sumFound(
    lines.flatMap((line) => (line.at[isRule ? 0 : 2] as Outcome).byClass.get(attack) ?? []),
  );
}

/** Whose sessions make the false alerts at 5, beside their share of the people. */
function noiseTable(groups: readonly Group[]): string {
  const scored = groups.filter(({ isRule }) => !isRule);
  const all = kinds.reduce((sum, [, weight]) => sum + weight, 0);
  const rows = kinds.map(([kind, weight]) => [
    kind,
    short(weight / all),
    ...scored.map(({ lines }) =>
      short(mean(lines.map((line) => (line.at[2] as Outcome).noiseByKind.get(kind) ?? 0))),
    ),
  ]);
  return table(['false alerts @5 by kind', 'users', ...scored.map(({ name }) => name)], rows);
}

/** What the scores at which the product has its budgets find and cost here, whatever the gate. */
function calibrationTable(groups: readonly Group[]): string {
  const rows = groups.flatMap(({ lines }) =>
    budgets.flatMap((budget, at) => {
      const outcomes = lines.flatMap(({ atOwnScores }) => atOwnScores[at] ?? []);
      if (outcomes.length === 0) return [];
      const rates = outcomes.map(({ rate }) => rate);
      const spread = `${mean(rates).toFixed(2)} ± ${deviation(rates).toFixed(2)}`;
      const shown = shownScore(standardThreshold(budget)).toFixed(0);
      return [[`${budget}`, shown, spread, short(mean(outcomes.map(recall)))]];
    }),
  );
  if (rows.length === 0) return '';
  return table(['budget', 'its shown score', 'false alerts from there on', 'recall'], rows);
}

/** Recall without each term of the product's score. */
function ablationTable(groups: readonly Group[]): string {
  const parts = groups.map(({ name, lines }) => {
    const terms = [...new Set(lines.flatMap(({ without }) => [...without.keys()]))].sort();
    if (terms.length === 0) return '';
    const rows = terms.map((term) => [
      term,
      ...ablationBudgets.map((_, at) =>
        short(mean(lines.flatMap(({ without }) => without.get(term)?.[at] ?? []))),
      ),
    ]);
    return table([`${name} without`, ...ablationBudgets.map((budget) => `@${budget}`)], rows);
  });
  const grave = groups.reduce(
    (sum, { lines }) => sum + lines.reduce((of, line) => of + line.graveWhileLearning, 0),
    0,
  );
  const text = parts.filter((part) => part !== '').join('\n\n');
  return text === '' ? '' : `${text}\n\nMedium or High alerts before the gate: ${grave}.`;
}

/** A method that finds nothing is beaten without a number. */
const ratio = (a: number, b: number): string => (b > 0 ? (a / b).toFixed(2) : '-');

/** The ratios the product has to show, when it took part. */
function mustShow(groups: readonly Group[]): string {
  const ours = groups.find(({ name }) => name.startsWith('Wherefrom'));
  if (!ours) return '';
  const at5 = (lines: readonly Line[]): number =>
    mean(lines.map((line) => recall(line.at[2] as Outcome)));
  const rows = groups
    .filter(({ name }) => !name.startsWith('Wherefrom'))
    .map((other) => [
      other.name,
      other.isRule ? 'their rate' : '5',
      ratio(
        other.isRule ? atRuleRate(ours, other.name) : at5(ours.lines),
        other.isRule ? ruleRecall(other.lines) : at5(other.lines),
      ),
    ]);
  return table([`${ours.name} beside`, 'at', 'times its recall'], rows);
}
