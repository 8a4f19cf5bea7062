// Which outcomes of packets were no answer: what status counts as refused.

/** Outcomes of packets that were answered. */
const answered: readonly string[] = ['acknowledged', 'acknowledged-repeat', 'status-answered'];
/** One answer serves these and the packet they repeat. */
const silent: readonly string[] = ['in-flight-repeat'];

/** The counts of packets that were dropped or not recorded, by outcome. */
export function refusedIn(outcomes: Readonly<Record<string, number>>): Record<string, number> {
  const refused = Object.entries(outcomes).filter(
    ([outcome]) => !answered.includes(outcome) && !silent.includes(outcome),
  );
  return Object.fromEntries(refused);
}
