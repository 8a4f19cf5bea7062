// What a function's answer says about the messages of its batch (ReportBatchItemFailures).
// Source: AWS Lambda Developer Guide, "Implementing partial batch responses" for SQS.

export type BatchResult = {
  /** Ids to deliver again; the others are done. */
  readonly failedIds: ReadonlySet<string>;
  /** True when the answer broke the contract: then everything failed. */
  readonly isMalformed: boolean;
};

/**
 * Reads the answer strictly. Nothing at all, `{}`, a null or an empty list: everything succeeded.
 * An empty, missing or unknown identifier, or any other shape: everything failed.
 */
export function readBatchResponse(answer: unknown, ids: readonly string[]): BatchResult {
  const all = { failedIds: new Set(ids), isMalformed: true };
  if (answer === null || answer === undefined) return { failedIds: new Set(), isMalformed: false };
  if (typeof answer !== 'object' || Array.isArray(answer)) return all;
  const failures = (answer as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return all;
  const failedIds = new Set<string>();
  for (const failure of failures as unknown[]) {
    const id = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== 'string' || !ids.includes(id)) return all;
    failedIds.add(id);
  }
  return { failedIds, isMalformed: false };
}
