// Checks events against the frozen extract of OCSF 1.6.0, strictly: an attribute that the extract
// does not name fails.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';

const path = join(import.meta.dirname, '../fixtures/ocsf/schema.json');
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(JSON.parse(readFileSync(path, 'utf8')));

/** Compiled once a class: that costs a hundred times what a check does. */
const validators = new Map<string, ValidateFunction>();

function validatorOf(className: string): ValidateFunction {
  let validate = validators.get(className);
  validate ??= ajv.compile({ $ref: `ocsf#/$defs/${className}` });
  validators.set(className, validate);
  return validate;
}

/** @returns what of the event is not as the class says; empty when all is. */
export function ocsfViolations(
  className: 'detection_finding' | 'tunnel_activity' | 'finding_info' | 'metadata',
  event: unknown,
): string[] {
  const validate = validatorOf(className);
  if (validate(event)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${instancePath} ${message} ${params['additionalProperty'] ?? ''}`,
  );
}
