// What axe finds on a page, by WCAG 2.2 AA and best practice.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
// By its path: benches run this as a module, which cannot ask where a package lies.
const modules = join(import.meta.dirname, '..', '..', 'node_modules');
const source = readFileSync(join(modules, 'axe-core', 'axe.min.js'), 'utf8');

/** As `rule: element`. The policy stays on: axe comes in through the driver, once a document. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(source);
  // What passes is not listed: on a page of many rows that took most of the time.
  const options = JSON.stringify({ runOnly: tags, resultTypes: ['violations'] });
  const found = (await page.evaluate(`axe.run(${options})`)) as Pick<AxeResults, 'violations'>;
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
