// Holds events that leave for EventBridge to docs/schemas, which are closed: a property that a
// schema does not name fails.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
const folder = join(import.meta.dirname, '../../docs/schemas');
const schemas = ['detection-finding', 'relay-health', 'relay-keys', 'session-end'] as const;
const validators = new Map(
  schemas.map((name) => [
    name,
    ajv.compile(JSON.parse(readFileSync(join(folder, `${name}.schema.json`), 'utf8'))),
  ]),
);

/** An entry of PutEvents, as the SDK sends it. */
export type PutEntry = {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
};

/** @returns what of an event is not as its schema says; empty when all is. */
export function eventViolations(name: (typeof schemas)[number], entry: PutEntry): string[] {
  const validate = validators.get(name);
  if (!validate) return [`${name} is no schema`];
  const { Source: source, DetailType, Detail } = entry;
  const isValid: boolean = validate({
    source,
    'detail-type': DetailType,
    detail: JSON.parse(Detail),
  });
  if (isValid) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${instancePath} ${message} ${params['additionalProperty'] ?? ''}`,
  );
}
