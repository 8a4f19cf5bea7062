// The alert rules and the dashboard of contrib/ ask for metrics, labels and label values that a
// relay really exports: a real relay with a cloud is scraped. What promtool says of them stands in
// test/system/contrib.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { datagramOutcomes } from '../../../domain/outcome.ts';
import { startObserver } from '../../../relay/run/observe.ts';
import { metricFacts } from '../../../relay/status/metrics.ts';
import {
  configIn,
  onStop,
  runCloud,
  runRelay,
  startPacket,
  stopAll,
  temporaryFolder,
} from '../../support/running-relay.ts';
import { until } from '../../support/until.ts';

const contrib = join(import.meta.dirname, '../../../contrib');
const rulesPath = join(contrib, 'prometheus/wherefrom-relay.rules.yml');
const prefix = 'wherefrom_relay_';

type Rule = {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
};
const rules: readonly Rule[] = parse(readFileSync(rulesPath, 'utf8')).groups.flatMap(
  (group: { rules: Rule[] }) => group.rules,
);

type Panel = {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
};
const dashboard: {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { name: string; definition?: string }[] };
} = JSON.parse(readFileSync(join(contrib, 'grafana/wherefrom-relay.json'), 'utf8'));

const variables = dashboard.templating.list.flatMap(({ definition }) => definition ?? []);
const panelQueries = dashboard.panels.flatMap(({ targets = [] }) =>
  targets.map(({ expr }) => expr),
);
const expressions = [...rules.map(({ expr }) => expr), ...panelQueries];

/** What stands behind a histogram's name, as Prometheus stores it. */
const histogramParts = /_(bucket|sum|count)$/;
/** Labels that Prometheus itself adds. */
const scrapeLabels = ['job', 'instance'];

/** Metric names and label matchers of a PromQL expression; enough for those of contrib/. */
function selectorsOf(expr: string) {
  return [...expr.matchAll(/\bwherefrom_relay_(\w+)\s*(?:\{([^}]*)\})?/g)].map(
    ([, name = '', matchers = '']) => ({
      name,
      matchers: [...matchers.matchAll(/(\w+)\s*[=!]~?\s*"([^"]*)"/g)].map(
        ([, label = '', value = '']) => ({ label, values: value.split('|') }),
      ),
    }),
  );
}

/** Metric name without prefix to the names of its labels, as they came in a scrape. */
function seriesOf(scrape: string): ReadonlyMap<string, ReadonlySet<string>> {
  const series = new Map<string, Set<string>>();
  for (const line of scrape.split('\n')) {
    const [, name, labels = ''] = /^wherefrom_relay_(\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (name === undefined) continue;
    const known = series.get(name) ?? new Set<string>();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
    series.set(name, known);
  }
  return series;
}

/** A scrape of a relay that has recorded, refused and shipped, and is enrolled. */
async function scrape(): Promise<string> {
  const cloud = await runCloud();
  const running = await runRelay(configIn(temporaryFolder(), cloud.cloud));
  const observer = startObserver({
    metrics: { address: '127.0.0.1', port: 0 },
    version: '1.2.3',
    now: Date.now,
    log: () => undefined,
    controlState: () => ({
      isRevoked: false,
      keyId: 'a-key',
      settings: { source: 'cloud', version: 1, isEnabled: true, overrides: [], leftOut: [] },
      lastContactTime: Date.now(),
    }),
  });
  onStop(() => observer.close());
  running.send(startPacket('one'));
  await until(() => running.relay.status().shipping?.records === 1, 'the packet to be shipped');
  await running.balance();
  const port = await observer.listen(running.relay);
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

describe('metrics of contrib/', () => {
  let series: ReadonlyMap<string, ReadonlySet<string>>;
  beforeAll(async () => {
    series = seriesOf(await scrape());
  });
  afterAll(stopAll);

  /** RadSec is not switched on in the scrape; the list of docs/relay.md has its metrics. */
  const labelsOf = (name: string): readonly string[] | undefined => {
    const scraped = series.get(name);
    if (scraped !== undefined) return [...scraped];
    if (!name.startsWith('radsec_')) return undefined;
    const fact = Object.entries(metricFacts).find(([known]) => known === name)?.[1];
    return fact?.[1].split(', ').filter((label) => label !== '');
  };

  it('are found in the expressions at all', () => {
    expect(rules.length).toBeGreaterThan(10);
    expect(panelQueries.length).toBeGreaterThan(20);
    expect(expressions.filter((expr) => selectorsOf(expr).length === 0)).toEqual([
      'up{job=~".*wherefrom.*"} == 0',
    ]);
  });

  it('are exported by a real relay', () => {
    const names = [...expressions, ...variables].flatMap((expr) =>
      selectorsOf(expr).map(({ name }) => name),
    );

    expect(names.filter((name) => labelsOf(name) === undefined)).toEqual([]);
  });

  it('are asked for by labels that they have', () => {
    const wrong = expressions.flatMap((expr) => {
      const selectors = selectorsOf(expr);
      const known = selectors.flatMap(({ name }) => labelsOf(name) ?? []);
      const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) =>
        list.split(',').map((label) => label.trim()),
      );
      return [
        ...selectors.flatMap(({ name, matchers }) =>
          matchers
            .filter(({ label }) => ![...scrapeLabels, ...(labelsOf(name) ?? [])].includes(label))
            .map(({ label }) => `${name} has no label ${label}`),
        ),
        ...grouped
          .filter((label) => ![...scrapeLabels, ...known].includes(label))
          .map((label) => `nothing in ${expr} has the label ${label}`),
      ];
    });

    expect(wrong).toEqual([]);
  });

  it('are asked for by outcomes and results that exist', () => {
    const asked = (wanted: string): string[] =>
      expressions
        .flatMap(selectorsOf)
        .flatMap(({ matchers }) => matchers)
        .filter(({ label }) => label === wanted)
        .flatMap(({ values }) => values);
    const results = ['accepted', 'refused', 'conflict', 'later', 'no-answer'];

    expect(asked('outcome').filter((value) => !(value in datagramOutcomes))).toEqual([]);
    expect(asked('outcome')).toContain('not-recorded');
    expect(asked('result').filter((value) => !results.includes(value))).toEqual([]);
  });

  it('are rates where they only grow, and are none where they do not', () => {
    const wrong = expressions.flatMap((expr) =>
      selectorsOf(expr).flatMap(({ name }) => {
        const fact = Object.entries(metricFacts).find(
          ([known]) => known === name || known === name.replace(histogramParts, ''),
        )?.[1];
        const isCounter = fact?.[0] !== 'gauge';
        const growth = new RegExp(`\\b(rate|increase)\\(\\s*${prefix}${name}\\b`);
        return growth.test(expr) === isCounter ? [] : [`${name} in ${expr}`];
      }),
    );

    expect(wrong).toEqual([]);
  });
});

describe('an alert', () => {
  it.each(rules)('has a severity, words, and a page that tells what to do: $alert', (rule) => {
    const [file = '', heading = ''] = rule.annotations['runbook']?.split('#') ?? [];
    const page = readFileSync(join(contrib, '..', file), 'utf8');
    const slugs = [...page.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    );

    expect(['critical', 'warning']).toContain(rule.labels['severity']);
    expect(rule.annotations['summary']).toMatch(/\S/);
    expect(rule.annotations['description']).toMatch(/\S/);
    expect(slugs).toContain(heading);
  });

  it('has a test of its own for promtool', () => {
    const tests = readFileSync(join(contrib, 'prometheus/wherefrom-relay.rules.test.yml'), 'utf8');

    expect(rules.filter(({ alert }) => !tests.includes(`alertname="${alert}"`))).toEqual([]);
  });
});

describe('the dashboard', () => {
  it('has panels with ids of their own, and queries in each', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    const empty = dashboard.panels.filter(
      ({ type, targets }) => type !== 'row' && !targets?.length,
    );

    expect(new Set(ids).size).toBe(ids.length);
    expect(empty).toEqual([]);
  });
});
