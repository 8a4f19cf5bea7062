// Holds what the API answers and takes to docs/openapi.yaml, strictly: an answer may have no
// status, media type or property that the contract does not name, and must have the headers that
// it requires. The contract itself stays open to new properties, as its clients have to be; only
// here is it closed, at every depth.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import { parse } from 'yaml';

/** A part of the document that may be a reference. */
type Node = { readonly [key: string]: unknown };
type Content = Readonly<Record<string, { readonly schema: Node }>>;
type Header = { readonly required?: boolean; readonly schema: Node };
type Response = { readonly content?: Content; readonly headers?: Record<string, Node> };
type Operation = {
  readonly parameters?: readonly Node[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Node>>;
};
type Document = {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Node;
};

export const contractText = readFileSync(
  join(import.meta.dirname, '../../docs/openapi.yaml'),
  'utf8',
);

/** Keywords whose members describe one value together. */
const compositions = new Set(['allOf', 'anyOf', 'oneOf']);

const read = Symbol.for('wherefrom.contract');

/** What is read and compiled of the contract. */
type Read = {
  readonly contract: Document;
  readonly ajv: Ajv2020;
  readonly validators: WeakMap<Node, ValidateFunction>;
};

// Once a worker, whose test files share Ajv (jest/runtime.cjs): half a second for each otherwise.
const keeper = Ajv2020 as { [read]?: Read };
keeper[read] ??= readNow();
const { ajv, validators } = keeper[read];
export const { contract } = keeper[read];

function readNow(): Read {
  const contract = parse(contractText) as Document;
  // Making the code of validators smaller takes longer than the few calls of a test gain.
  const ajv = new Ajv2020({ strict: false, allErrors: true, code: { optimize: false } });
  const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
  ajv.addFormat('date-time', (text) => dateTime.test(text));
  ajv.addFormat('date', /^\d{4}-\d{2}-\d{2}$/);
  ajv.addSchema({ $id: 'closed', components: { schemas: closedComponents(contract) } });
  return { contract, ajv, validators: new WeakMap() };
}

/** Route keys of the contract: `GET /v1/users`. */
export const contractRoutes: readonly string[] = Object.entries(contract.paths).flatMap(
  ([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
);

/** An answer as it left a function, or as it came over HTTP. */
export type Answered = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
};

/**
 * @param routeKey as `GET /v1/users/{user}`
 * @returns what of the answer is not as the contract says; empty when all is
 */
export function violations(routeKey: string, { status, headers, text }: Answered): string[] {
  const response = resolved<Response>(operationOf(routeKey)?.responses[`${status}`]);
  if (!response) return [`${routeKey} does not document ${status}`];
  return [...headerViolations(response, headers), ...bodyViolations(response, headers, text)];
}

/**
 * What of a request's body, parsed, is not as the contract says; a body where none is documented
 * is nobody's concern, because none is read.
 */
export function requestViolations(routeKey: string, type: string, body: unknown): string[] {
  const content = operationOf(routeKey)?.requestBody?.content;
  if (!content) return [];
  const media = content[mediaTypeOf(type)];
  if (!media) return [`${routeKey} does not take ${type}`];
  return errorsOf(validatorOf(media.schema), body);
}

/** Names of the query parameters that a route takes. */
export function queryParametersOf(routeKey: string): string[] {
  return (operationOf(routeKey)?.parameters ?? []).flatMap((node) => {
    const parameter = resolved<{ readonly in: string; readonly name: string }>(node);
    return parameter?.in === 'query' ? [parameter.name] : [];
  });
}

function operationOf(routeKey: string): Operation | undefined {
  const [method = '', path = ''] = routeKey.split(' ');
  return contract.paths[path]?.[method.toLowerCase()];
}

function headerViolations(response: Response, headers: Answered['headers']): string[] {
  return Object.entries(response.headers ?? {}).flatMap(([name, node]) => {
    const header = resolved<Header>(node);
    const value = headers[name.toLowerCase()];
    if (value === undefined) return header?.required ? [`the header ${name} is missing`] : [];
    return errorsOf(validatorOf(header?.schema ?? {}), value).map((error) => `${name}:${error}`);
  });
}

function bodyViolations(response: Response, headers: Answered['headers'], text: string): string[] {
  const { content } = response;
  if (!content) return text === '' ? [] : ['the contract documents no body'];
  const type = mediaTypeOf(String(headers['content-type'] ?? ''));
  const media = content[type];
  if (!media) return [`${type || 'no content-type'} is not documented`];
  if (!/[/+]json$/.test(type)) return errorsOf(validatorOf(media.schema), text);
  try {
    return errorsOf(validatorOf(media.schema), JSON.parse(text));
  } catch {
    return [`the body is no JSON: ${text.slice(0, 40)}`];
  }
}

const mediaTypeOf = (type: string): string => type.split(';')[0]?.trim().toLowerCase() ?? '';

function resolved<T>(node: Node | undefined): T | undefined {
  const reference = node?.['$ref'];
  if (typeof reference !== 'string') return node as T | undefined;
  const parts = reference.replace('#/', '').split('/');
  return parts.reduce<unknown>((at, part) => (at as Node)[part], contract) as T;
}

function validatorOf(schema: Node): ValidateFunction {
  const known = validators.get(schema);
  if (known) return known;
  const validate = ajv.compile(closed(schema) as object);
  validators.set(schema, validate);
  return validate;
}

function errorsOf(validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const extra = params['unevaluatedProperty'] ?? params['additionalProperty'];
    return `${instancePath} ${message}${extra === undefined ? '' : `: ${extra}`}`;
  });
}

function closedComponents(contract: Document): Node {
  const { schemas } = contract.components as { readonly schemas: Readonly<Record<string, Node>> };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, withClosedParts(schema)]),
  );
}

/** The schema of one value: what it says, and no property beside. */
function closed(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  const open = withClosedParts(schema as Node);
  const isClosed = 'unevaluatedProperties' in open || 'additionalProperties' in open;
  return isClosed ? open : { ...open, unevaluatedProperties: false };
}

/**
 * The schema with every value inside it closed, itself left open: members of a composition are
 * parts of one value, which is closed around all of them.
 */
function withClosedParts(schema: Node): Node {
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]): [string, unknown] => {
      if (key === '$ref') return [key, `closed${String(value)}`];
      if (key === 'items' || key === 'additionalProperties') return [key, closed(value)];
      if (key === 'properties') {
        const parts = Object.entries(value as Node).map(([name, one]) => [name, closed(one)]);
        return [key, Object.fromEntries(parts)];
      }
      if (compositions.has(key)) return [key, (value as Node[]).map(withClosedParts)];
      return [key, value];
    }),
  );
}
