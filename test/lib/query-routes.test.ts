// The stack's routes are the written API's: a path in one and not in the other is a hole or a lie.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ingestRoutes, queryRoutes } from '../../lib/query-routes.ts';

it('serves exactly the paths of docs/openapi.yaml', () => {
  const file = join(import.meta.dirname, '..', '..', 'docs', 'openapi.yaml');
  const paths: Record<string, Record<string, unknown>> = parse(readFileSync(file, 'utf8')).paths;
  const withMethod = (method: string) =>
    Object.keys(paths)
      .filter((path) => paths[path]?.[method] !== undefined)
      .map((path) => `${method.toUpperCase()} ${path}`);

  expect([...queryRoutes].sort()).toEqual(withMethod('get').sort());
  expect(ingestRoutes).toEqual(withMethod('post'));
});
