// The reference parts of docs/relay.md are made from what they describe. To write them anew:
// UPDATE_DOCS=1 npx jest test/relay/cli/docs.test.ts

import fs from 'node:fs';
import path from 'node:path';
import { datagramOutcomes } from '../../../domain/outcome.ts';
import {
  configKeys,
  configReference,
  describedPaths,
  table,
} from '../../../relay/config/reference.ts';
import { vendorNames } from '../../../relay/radius/dialects/choose.ts';
import { relayVerbs } from '../../../relay/run/verbs.ts';
import { metricFacts } from '../../../relay/status/metrics.ts';

const file = path.join(__dirname, '../../../docs/relay.md');

const parts: Readonly<Record<string, string>> = {
  verbs: table(
    ['verb', 'does'],
    [...relayVerbs].map(([name, { summary, words = [], wordName }]) => [
      `\`${[name, wordName ?? words.join('|')].filter(Boolean).join(' ')}\``,
      summary,
    ]),
  ),
  configuration: configReference(),
  vendors: vendorNames.map((name) => `\`${name}\``).join(', '),
  metrics: table(
    ['metric', 'kind', 'labels', 'meaning'],
    Object.entries(metricFacts).map(([name, [kind, labels, help]]) => [
      `\`${name}\``,
      kind,
      labels,
      help,
    ]),
  ),
  outcomes: table(
    ['outcome', 'meaning'],
    Object.entries(datagramOutcomes).map(([name, { meaning }]) => [`\`${name}\``, meaning]),
  ),
};

/** The text with every generated part as it should be. */
function current(text: string): string {
  return Object.entries(parts).reduce((whole, [name, part]) => {
    const begin = `<!-- ${name}: begin -->`;
    const end = `<!-- ${name}: end -->`;
    const at = whole.indexOf(begin) + begin.length;
    const to = whole.indexOf(end);
    expect(to).toBeGreaterThan(at - 1);
    const inner = part.includes('\n') ? `\n\n${part}\n\n` : part;
    return whole.slice(0, at) + inner + whole.slice(to);
  }, text);
}

describe('docs/relay.md', () => {
  it('shows configuration, verbs, vendors, metrics and outcomes as they are', () => {
    const text = fs.readFileSync(file, 'utf8');
    const wanted = current(text);
    if (process.env['UPDATE_DOCS'] === '1') fs.writeFileSync(file, wanted);
    else expect(text).toBe(wanted);
  });

  it('describes every key of the configuration, and no other', () => {
    const paths = configKeys().map((key) => key.path);

    expect([...describedPaths.meanings].sort()).toEqual([...paths].sort());
    expect(describedPaths.defaults.filter((one) => !paths.includes(one))).toEqual([]);
  });

  it('tells the help of every verb with an example', () => {
    for (const [name, { help }] of relayVerbs) {
      expect(help).toContain(`Example: npm run relay -- ${name}`);
    }
  });
});
