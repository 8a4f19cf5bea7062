// Every error a function can meet, built with a person's name, address and secret in whatever it
// carries: nothing of them may reach the log. Classes of ours are found in the source, those of the
// SDK in its packages, so that a new one is tested without being named here.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as v from 'valibot';
import { makeLog } from '../../../lambdas/shared/log.ts';
import { FunctionError } from '../../../local/local-function.ts';
import { sources } from '../../tidy/repository.ts';

const personal = ['alice.liddell@example.com', '198.51.100.77', 's3cret-shared-by-gateways'];
const text = personal.join(' ');
const load = createRequire(join(__dirname, '../x.js'));

/** What is put into an error besides its message: an item, a request, a cause, a stack. */
const extras = {
  item: { pk: { S: `USER#${text}` } },
  input: { Key: text },
  $metadata: { requestId: text },
  $response: { body: text },
  detail: text,
  cause: new Error(text, { cause: text }),
};

type AnyClass = new (...args: unknown[]) => Error;

const isErrorClass = (value: unknown): value is AnyClass =>
  typeof value === 'function' && value.prototype instanceof Error;

/** Error classes of the rooms that run inside functions, by the files that define them. */
function ownClasses(): [string, AnyClass][] {
  const rooms = /^(domain|wire|geo|lambdas|local)\//;
  return sources
    .filter(
      ({ path, text: code }) => rooms.test(path) && /export class \w+ extends Error/.test(code),
    )
    .flatMap(({ path }) => {
      const module: Record<string, unknown> = load(join(__dirname, '../../..', path));
      return Object.entries(module)
        .filter((entry): entry is [string, AnyClass] => isErrorClass(entry[1]))
        .map(([name, one]): [string, AnyClass] => [`${path} ${name}`, one]);
    });
}

function sdkClasses(): [string, AnyClass][] {
  const clients = ['dynamodb', 'sqs', 'lambda', 'location', 's3', 'eventbridge'];
  return clients.flatMap((client) => {
    const module: Record<string, unknown> = load(`@aws-sdk/client-${client}`);
    return Object.entries(module)
      .filter((entry): entry is [string, AnyClass] => isErrorClass(entry[1]))
      .map(([name, one]): [string, AnyClass] => [`${client} ${name}`, one]);
  });
}

/** Builds one with the person in every argument it may take. */
function build(ErrorClass: AnyClass): Error {
  const options = { message: text, ...extras, name: ErrorClass.name, $fault: 'client' };
  const candidates = [() => new ErrorClass(options), () => new ErrorClass(text, text, extras)];
  for (const candidate of candidates) {
    try {
      return Object.assign(candidate(), extras);
    } catch {
      // Takes other arguments: the next form.
    }
  }
  throw new Error(`cannot build ${ErrorClass.name}`);
}

const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

const native: [string, unknown][] = [
  ['an Error', Object.assign(new Error(text), extras)],
  ['a TypeError', Object.assign(new TypeError(text), extras)],
  ['an error of several', new AggregateError([new Error(text)], text)],
  ['JSON that cannot be read', thrown(() => JSON.parse(`{"user": ${text}`))],
  ['a value that does not fit', thrown(() => v.parse(v.number(), text))],
  ['an object that does not fit', thrown(() => v.parse(v.strictObject({}), { [text]: text }))],
  ['a missing file', Object.assign(new Error(`ENOENT: ${text}`), { code: 'ENOENT', path: text })],
  ['a function that failed', new FunctionError('FUNCTION_FAILED', 'failed', { cause: extras })],
  ['a thrown text', text],
  ['a thrown object', extras],
  ['a name made of it', Object.assign(new Error('x'), { name: text })],
  ['a code made of it', Object.assign(new Error('x'), { code: text })],
];

const built = [...ownClasses(), ...sdkClasses()].map(([name, ErrorClass]): [string, unknown] => [
  name,
  build(ErrorClass),
]);

it('finds the errors of this program and those of the SDK', () => {
  expect(ownClasses().length).toBeGreaterThanOrEqual(5);
  expect(sdkClasses().length).toBeGreaterThan(80);
});

it.each([...native, ...built])('%s says nothing of a person in the log', (_, error) => {
  const lines: string[] = [];
  const log = makeLog({ service: 'process', now: () => 0, write: (line) => lines.push(line) });

  log.error('something failed', error, { messageId: 'm-1' });

  expect(lines).toHaveLength(1);
  for (const secret of personal) expect(lines.join()).not.toContain(secret);
  expect(lines.join()).not.toMatch(/alice|liddell|198\.51|s3cret/);
});
