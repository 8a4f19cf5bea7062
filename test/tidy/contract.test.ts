// What docs/openapi.yaml must be beyond valid, so that a client generated from it is of use: the
// kinds of faults that no linter names, looked for at every place of the document.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { queryRoutes } from '../../lambdas/query/query.ts';
import { problems } from '../../lambdas/shared/problem.ts';
import { contract, contractRoutes, queryParametersOf } from '../support/openapi.ts';

type Node = { readonly [key: string]: unknown };
type Place = { readonly at: string; readonly node: Node };

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Every object of the document with its JSON pointer. */
function places(value: unknown, at = '#'): Place[] {
  if (!isNode(value)) return [];
  const inner = Object.entries(value).flatMap(([key, part]) => places(part, `${at}/${key}`));
  return [...(Array.isArray(value) ? [] : [{ at, node: value }]), ...inner];
}

const all = places(contract);
/** Where a name is a property's or a component's, not a keyword. */
const isMap = ({ at }: Place): boolean =>
  /\/(properties|schemas|headers|paths|responses|parameters)$/.test(at);
const schemas = all.filter((place) => !isMap(place));

const offences = (found: readonly Place[]): string[] => found.map(({ at }) => at);

describe('the contract', () => {
  it('has no text that a comma or a colon cut: what followed would be a keyword', () => {
    const cut = all.flatMap(({ at, node }) =>
      Object.entries(node)
        .filter(([key, value]) => value === null && key !== 'default')
        .map(([key]) => `${at}/${key}`),
    );

    expect(cut).toEqual([]);
  });

  it('says of every schema what it is: a list with items, an object with properties', () => {
    const lists = schemas.filter(
      ({ node }) =>
        ('items' in node || 'minItems' in node || node['type'] === 'array') &&
        !(node['type'] === 'array' && isNode(node['items'])),
    );
    const objects = schemas.filter(
      ({ node }) =>
        (isNode(node['properties']) || Array.isArray(node['required'])) &&
        node['type'] !== 'object',
    );
    // Typed clients read these as an object without any property.
    const bare = schemas.filter(
      ({ node }) =>
        node['type'] === 'object' && !('properties' in node || 'additionalProperties' in node),
    );

    expect([...offences(lists), ...offences(objects), ...offences(bare)]).toEqual([]);
  });

  it('requires no property that it does not describe', () => {
    const undescribed = schemas.flatMap(({ at, node }) => {
      const { required, properties } = node;
      if (!(Array.isArray(required) && isNode(properties))) return [];
      return required.filter((name) => !(name in properties)).map((name) => `${at}: ${name}`);
    });

    expect(undescribed).toEqual([]);
  });

  it('answers a success with one kind of thing: JSON, or text', () => {
    const mixed = all.filter(({ at, node }) => {
      const isSuccess = /\/responses\/(2\d\d|File)$/.test(at);
      const types = isSuccess && isNode(node['content']) ? Object.keys(node['content']) : [];
      const json = types.filter((type) => /[/+]json$/.test(type));
      return json.length > 0 && types.length > json.length;
    });

    expect(offences(mixed)).toEqual([]);
  });

  it('is of the version that the package is', () => {
    const { version } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
    );

    expect(contract.info.version).toBe(version);
  });

  it('names every code of a problem where its status is documented', () => {
    const answers = all.filter(({ at }) => /\/components\/responses\/\w+$/.test(at));
    const text = answers.map(({ node }) => String(node['description'])).join(' ');
    // Only the local run, which is not API Gateway, answers 405.
    const codes = Object.keys(problems).filter((code) => code !== 'method-not-allowed');

    expect(codes.filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
  });

  it.each(Object.entries(queryRoutes))('lists the parameters of %s', (route, { parameters }) => {
    // `format` on a list is kept for those who know it from before.
    const isExport = route.includes('/exports/');
    const served = parameters.filter((name) => isExport || name !== 'format');

    expect(contractRoutes).toContain(route);
    expect(queryParametersOf(route).sort()).toEqual([...served].sort());
  });
});
