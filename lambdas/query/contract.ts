// `GET /v1/openapi.yaml`: the contract of this API, byte for byte docs/openapi.yaml.
// It requires a token like every other route (decision 0023); the same text is in the repository.

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
