// Checks answers against docs/openapi.yaml, strictly: a property the contract does not name fails.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import { parse } from 'yaml';

type Schema = { [key: string]: unknown };

const document = parse(
  readFileSync(join(import.meta.dirname, '../../docs/openapi.yaml'), 'utf8'),
) as {
  paths: Record<string, Record<string, { responses: Record<string, Schema> }>>;
  components: { schemas: Record<string, Schema>; responses: Record<string, Schema> };
};

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addFormat('date-time', /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
// References to the root keep working inside each compiled operation.
ajv.addSchema({ $id: 'api', components: document.components });

/** Route keys of the contract: `GET /v1/users`. */
export const contractRoutes: readonly string[] = Object.entries(document.paths).flatMap(
  ([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
);

/** Compiled once a schema of the document: that costs a hundred times what a check does. */
const validators = new Map<Schema, ValidateFunction>();

function validatorOf(schema: Schema): ValidateFunction {
  const validate = validators.get(schema) ?? ajv.compile(closed(schema));
  validators.set(schema, validate);
  return validate;
}

/** @returns what of the answer is not as the contract says; empty when all is. */
export function violations(routeKey: string, status: number, body: unknown): string[] {
  const [method = '', path = ''] = routeKey.split(' ');
  const operation = document.paths[path]?.[method.toLowerCase()];
  const response = resolve(operation?.responses[`${status}`]);
  if (!response) return [`${routeKey} does not document ${status}`];
  const [content] = Object.values((response['content'] ?? {}) as Record<string, Schema>);
  if (!content) return [];
  const validate = validatorOf(content['schema'] as Schema);
  if (validate(body)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

function resolve(response: Schema | undefined): Schema | undefined {
  const reference = response?.['$ref'];
  if (typeof reference !== 'string') return response;
  return document.components.responses[reference.split('/').at(-1) ?? ''];
}

/** The schema with absolute references, closed to unknown properties at its top. */
function closed(schema: Schema): Schema {
  const text = JSON.stringify(schema).replaceAll('"#/', '"api#/');
  return { ...(JSON.parse(text) as Schema), unevaluatedProperties: false };
}
