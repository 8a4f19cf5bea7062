// `GET /v1/openapi.yaml`: the contract of the API that answers, word for word docs/openapi.yaml.
// It takes a token like every other route (decision 0015): whoever has none finds the same
// text in the repository.

import type { Answer } from './request.ts';

/** RFC 9512 section 2.1. */
const yamlType = 'application/yaml';

/**
 * Answers with the contract.
 * @param deps.contract the text of docs/openapi.yaml
 */
export async function getContract(deps: { readonly contract: string }): Promise<Answer> {
  return {
    statusCode: 200,
    headers: { 'content-type': yamlType, 'cache-control': 'private, no-cache' },
    body: deps.contract,
  };
}
