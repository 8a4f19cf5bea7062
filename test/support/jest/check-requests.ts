// Before every test file: whatever client of AWS's SDK the file or the product makes, its requests
// are judged (request-checker.ts), and a test in which one broke a rule fails, even when the code
// under test swallowed the error.

import { checkedClients, checkRequests } from '../request-checker.ts';

// Each call of `expect` makes an error in advance, with as many frames as this says: Jest's hundred
// take most of a property test's time.
Error.stackTraceLimit = 12;

const broken: string[] = [];

for (const [name, client] of Object.entries(checkedClients)) {
  // Loaded only when a test does: the SDK takes a quarter of a second.
  jest.mock(name, () => {
    const actual = jest.requireActual<Record<string, { readonly prototype: never }>>(name);
    checkRequests(actual[client]!.prototype, (sentences) => broken.push(...sentences));
    return actual;
  });
}

afterEach(() => {
  expect(broken.splice(0)).toEqual([]);
});
afterAll(() => {
  expect(broken.splice(0)).toEqual([]);
});
