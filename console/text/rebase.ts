// Two people edit one document: what the second one changed is put onto what the first one saved,
// member by member, so that neither loses typed work. Pure: three states in, one out.

export type Rebased<T> = {
  /** The newest state with one's own changes on it. */
  readonly merged: T;
  /** Members that only the other one changed. */
  readonly theirs: readonly (keyof T)[];
  /** Members that both changed differently: one's own stand in `merged`. */
  readonly both: readonly (keyof T)[];
};

/**
 * @param began the state that both began from
 * @param mine one's own edited copy of it
 * @param newest what the other one saved
 */
export function rebased<T extends object>(began: T, mine: T, newest: T): Rebased<T> {
  const members = [...new Set([began, mine, newest].flatMap(Object.keys))] as (keyof T)[];
  const differs = (a: T, b: T) => (member: keyof T) => !isSame(a[member], b[member]);
  const own = members.filter(differs(began, mine));
  const others = members.filter(differs(began, newest));
  const merged = { ...newest };
  for (const member of own) {
    if (member in mine) merged[member] = mine[member];
    else delete merged[member];
  }
  return {
    merged,
    theirs: others.filter((member) => !own.includes(member)),
    both: others.filter((member) => own.includes(member) && differs(mine, newest)(member)),
  };
}

/** Whether two values say the same. NaN, of a number not yet typed, is like itself only. */
export const isSame = (a: unknown, b: unknown): boolean => asText(a) === asText(b);

const asText = (value: unknown): string | undefined =>
  JSON.stringify(value, (_, part: unknown) => (Number.isNaN(part) ? 'NaN' : part));
