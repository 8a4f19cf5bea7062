// `GET /v1/openapi.yaml`: the contract of this API, byte for byte docs/openapi.yaml.
// It requires a token like every other route (decision 0023); the same text is in the repository.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from './request.ts';

/** RFC 9512 section 2.1. */
const yamlType = 'application/yaml';

/**
 * Answers with the contract.
 * @param deps.contract reads the text of docs/openapi.yaml
 */
export async function getContract(deps: { readonly contract: () => string }): Promise<Answer> {
  return {
    statusCode: 200,
    headers: { 'content-type': yamlType, 'cache-control': 'private, no-cache' },
    body: deps.contract(),
  };
}

/**
 * Reads the contract from beside the bundle, when it is asked for: it is a fifth of all the
 * function's code, and no cold start carries it.
 * @param file its path from the bundle's folder
 */
export const contractBeside = (file: string) => (): string =>
  readFileSync(join(__dirname, file), 'utf8');
