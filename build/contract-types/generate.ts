// The types of docs/openapi.yaml, as openapi-typescript writes them. It works with TypeScript 5
// while everything else here is compiled by TypeScript 7: hooks.mjs gives it the one it needs.

import { register } from 'node:module';
import { pathToFileURL } from 'node:url';

const header = [
  '// Generated from docs/openapi.yaml by `npm run contract`; `npm run check` compares.',
  '// Types only: what the API answers and takes, by path (for openapi-fetch) and by schema.',
  '\n',
].join('\n');

/**
 * Generates the types of a contract.
 * @param path the OpenAPI document
 * @returns TypeScript: \`paths\`, \`operations\`, \`components\` and a type for every schema
 * @throws Error when the document is no OpenAPI 3
 */
export async function contractTypes(path: string): Promise<string> {
  register('./hooks.mjs', import.meta.url);
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  const nodes = await openapiTS(pathToFileURL(path), {
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    silent: true,
  });
  return header + astToString(nodes);
}
