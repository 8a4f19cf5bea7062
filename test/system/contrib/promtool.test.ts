// promtool, where it is installed (apt-get install prometheus), accepts the alert rules of
// contrib/, passes their tests and understands every query of the dashboard.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const contrib = join(import.meta.dirname, '../../../contrib');
const rulesPath = join(contrib, 'prometheus/wherefrom-relay.rules.yml');

type Panel = { readonly targets?: readonly { readonly expr: string }[] };
const { panels }: { readonly panels: readonly Panel[] } = JSON.parse(
  readFileSync(join(contrib, 'grafana/wherefrom-relay.json'), 'utf8'),
);
const panelQueries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const withPromtool = hasPromtool ? it : it.skip;

function promtool(...args: readonly string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
}

describe('promtool', () => {
  withPromtool('accepts the rules, and their tests pass', () => {
    const test = promtool('test', 'rules', rulesPath.replace('.rules.yml', '.rules.test.yml'));

    expect(promtool('check', 'rules', rulesPath)).toMatchObject({ status: 0 });
    expect(test).toMatchObject({ status: 0 });
  });

  withPromtool('understands every query of the dashboard', () => {
    const folder = mkdtempSync(join(tmpdir(), 'queries-'));
    try {
      const asRules = panelQueries.map((expr, at) => ({
        record: `query_${at}`,
        expr: expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$(job|relay)/g, '.+'),
      }));
      const path = join(folder, 'queries.json');
      writeFileSync(path, JSON.stringify({ groups: [{ name: 'queries', rules: asRules }] }));

      expect(promtool('check', 'rules', path)).toMatchObject({ status: 0 });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
